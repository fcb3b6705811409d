using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>Applies plans, undoes them, and brings to an end what was broken off.</summary>
/// <remarks>
/// <para>Apply: look (is it allowed, is everything as the plan expects it, would the tools take it) → begin, with a deadline and a snapshot in the journal → the dead-man timer says that it waits → step by step:
/// what is to be written into the journal, write, what came of it into the journal, wait until every authoritative server shows it → close old connections → look from outside → confirm, or take it all back.</para>
/// <para>Only two lines decide. <see cref="PlanEvent.Confirmed"/>: it is new. <see cref="PlanEvent.Undone"/>: it is old. Whatever is found without either is taken back, by whoever finds it first and gets the
/// lock, unless a living process is at it and its deadline isn't over. The lock is held for one write at a time, not for the whole: a runner that hangs while it waits can't keep the timer from undoing, and
/// when it wakes up it finds that it was undone and stops.</para>
/// <para>After the first write a cancellation is a reason to take everything back, not to stop.</para>
/// </remarks>
public sealed partial class PlanRunner
{
    private readonly PlanPorts _ports;
    private readonly PlanTimes _times;
    private readonly PlanLimits _limits;
    private readonly TimeProvider _time;
    private readonly ChangeHands _hands;
    private readonly ServersLook _seen;
    private readonly OutsideLook _outside;
    private readonly PlanUndo _undo;
    private string? _untold;

    /// <param name="limits">What one plan may change here and now, whatever limits it was made under.</param>
    public PlanRunner(PlanPorts ports, PlanTimes times, PlanLimits limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(ports);
        (_ports, _times, _limits, _time) = (ports, times, limits, time);
        _hands = new ChangeHands(ports, times, time);
        _seen = new ServersLook(ports.Dns, times, time);
        _outside = new OutsideLook(ports.Dns, ports.Echo, ports.Witnesses, ports.TreatAsPublic);
        _undo = new PlanUndo(_hands, _seen, ports.Store, NoticeAsync, DrainAfterAsync, times, time);
    }

    /// <exception cref="PlanStoreException">The plan's files can't be read or written. Nothing was changed, or the dead-man timer undoes it.</exception>
    public Task<PlanOutcome> ApplyAsync(Plan plan, ApplyWish wish, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(wish);
        return ToldAsync(() => CheckAndApplyAsync(plan, wish, progress, cancellation));
    }

    private async Task<PlanOutcome> CheckAndApplyAsync(Plan plan, ApplyWish wish, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        if (plan.IsEmpty)
            return new PlanOutcome(plan.Id, PlanEnd.Nothing, "There is nothing to change.");
        if (PlanGuard.Check(plan, _limits, wish, _ports) is { IsEmpty: false } against)
            return await RefuseAsync(plan, wish, new PlanOutcome(plan.Id, PlanEnd.Refused, string.Join(" ", against)), _times.Lock, cancellation);
        await _ports.Store.KeepAsync(plan, cancellation);
        using var attending = _ports.Store.TryAttend(plan.Id);
        if (attending is null)
            return await RefuseAsync(plan, wish, new PlanOutcome(plan.Id, PlanEnd.InHand, $"Another process is applying {plan.Id} at this moment."), _times.Lock, cancellation);
        if (await BeginAsync(plan, wish, progress, cancellation) is { } refusal)
            return refusal;
        try
        {
            await NoticeAsync();
            return await CarryOutAsync(plan, wish, progress, cancellation);
        }
        catch (Exception broken)
        {
            // Cancelled, a disk that is full, or a fault of ours: what is written is known to the journal, and the way back needs no more of it.
            var reason = broken is OperationCanceledException ? "it was interrupted" : broken is PlanStoreException ? broken.Message : $"something went wrong: {broken.Message}";
            var outcome = await GiveUpAsync(plan, reason, progress);
            return broken is OperationCanceledException or PlanStoreException ? outcome : throw new InvalidOperationException($"{outcome.Text} ({broken.Message})", broken);
        }
        finally
        {
            await NoticeAsync();
        }
    }

    /// <summary>What the outside sees of a plan's identities now. Changes nothing.</summary>
    public Task<ImmutableArray<SeenIdentity>> LookAsync(Plan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return _outside.LookAsync(plan.Wanted, cancellation);
    }

    /// <summary>How each change of a plan stands now, at the place it is written. Changes nothing.</summary>
    /// <returns>Sentences about what is not as the plan left it; empty: all is.</returns>
    public async Task<ImmutableArray<string>> CompareAsync(Plan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var apart = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<Change> last = [.. plan.Changes.Reverse().DistinctBy(change => ChangeSpot.Of(change).Key).Reverse()];
        foreach (var present in await _hands.ReadAsync(last, cancellation))
            if (present.Standing != Standing.New)
                apart.Add(present.Text);
        return apart.ToImmutable();
    }

    private async Task<PlanOutcome> CarryOutAsync(Plan plan, ApplyWish wish, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        if (await _ports.Timer.StartAsync(plan.Id, cancellation) is { } noTimer)
            return await GiveUpAsync(plan, $"the dead-man timer could not be started: {noTimer}", progress);
        var first = 0;
        var last = plan.Steps.LastOrDefault(step => !step.Changes.IsEmpty);
        foreach (var step in plan.Steps)
        {
            if (await WriteAsync(plan, step, first, progress, cancellation) is { } failed)
                return failed;
            if (step.WaitsUntilSeen && await WaitAsync(plan, step, first, ReferenceEquals(step, last), progress, cancellation) is { } unseen)
                return unseen;
            first += step.Changes.Length;
        }
        await DrainAsync(plan, progress, cancellation);
        return await DecideAsync(plan, wish, progress, cancellation);
    }

    private async Task DrainAsync(Plan plan, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var words = new List<string>();
        foreach (var change in plan.Changes.OfType<TranslationChange>())
            words.Add(await _hands.ForgetAsync(change, cancellation) is { } count
                ? $"{count} connections to port 25 forgotten on {change.By}" : $"{change.By} can't forget connections: those that live keep the old address until they end");
        words.Add(await RelayAsync(plan.Touched, cancellation));
        await LineAsync(plan, PlanEvent.Drained, string.Join("; ", words), progress, cancellation);
    }

    /// <summary>The relay finds out for itself within seconds; so this is worth one try, and a word where it fails.</summary>
    private async Task NoticeAsync()
    {
        try
        {
            _untold = await _ports.Relay.NoticeAsync(CancellationToken.None) ?? _untold;
        }
        catch (Exception unreachable) when (unreachable is not OutOfMemoryException)
        {
            _untold = unreachable.Message;
        }
    }

    /// <summary>Says at the end where the relay was not told: mail may have left by the plan's sources meanwhile.</summary>
    private async Task<PlanOutcome> ToldAsync(Func<Task<PlanOutcome>> work)
    {
        _untold = null;
        var outcome = await work();
        return _untold is null ? outcome : outcome with { Text = $"{outcome.Text} The relay was not told: {_untold.TrimEnd('.')}. One that runs finds out by itself within 10 seconds." };
    }

    private async Task<string> RelayAsync(ImmutableArray<Sources.SourceId> sources, CancellationToken cancellation)
    {
        try
        {
            return await _ports.Relay.DrainAsync(sources, cancellation);
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            return $"the relay could not be asked to close its connections: {trouble.Message}";
        }
    }

    private async Task<PlanOutcome> DecideAsync(Plan plan, ApplyWish wish, IProgress<PlanEntry>? progress, CancellationToken cancellation)
    {
        var seen = await _outside.LookAsync(plan.Wanted, cancellation);
        // Without witnesses nobody will have seen it a moment later either.
        for (var tries = 1; tries < _times.Tries && !_ports.Witnesses.IsDefaultOrEmpty && PlanVerdict.Unseen(plan, seen).Any(); tries++)
        {
            await Task.Delay(_times.BetweenTries, _time, cancellation);
            seen = await _outside.LookAsync(plan.Wanted, cancellation);
        }
        await LineAsync(plan, PlanEvent.Looked, PlanVerdict.Summary(seen), progress, cancellation, entry => entry with { Seen = seen });
        if (PlanVerdict.Against(plan, seen, wish) is { } against)
            return await GiveUpAsync(plan, against, progress) with { Seen = seen };
        return await ConfirmAsync(plan, seen, progress) with { Seen = seen };
    }

    /// <summary>The decision. Not cancellable: it is a matter of one line.</summary>
    private async Task<PlanOutcome> ConfirmAsync(Plan plan, ImmutableArray<SeenIdentity> seen, IProgress<PlanEntry>? progress)
    {
        using var hold = await TakeAsync($"confirming {plan.Id}", CancellationToken.None);
        if (hold is null)
            return await LockedAsync(plan.Id);
        var history = (await _ports.Store.FindAsync(plan.Id, CancellationToken.None))!;
        var journal = JournalOf(hold, plan.Id, progress);
        if (await StopAsync(history, hold, journal) is { } stopped)
            return stopped;
        var text = $"Applied and confirmed.{Listed(" Not seen from outside", PlanVerdict.Unseen(plan, seen))}{Listed(" Seen otherwise than wanted", PlanVerdict.Otherwise(seen))}";
        await journal.WriteAsync(PlanEvent.Confirmed, text);
        await RegisterAsync(history, hold, journal);
        return new PlanOutcome(plan.Id, PlanEnd.Applied, text);
    }

    private static string Listed(string title, IEnumerable<string> words) => words.ToList() is { Count: > 0 } some
        ? $"{title}: {string.Join("; ", some.Take(5))}{(some.Count > 5 ? $"; and {some.Count - 5} more" : "")}." : "";

    private async Task RegisterAsync(PlanHistory history, IPlanHold hold, PlanJournal journal)
    {
        var changes = history.Plan.Changes.ToImmutableArray();
        var registry = await _ports.Store.RegistryAsync(CancellationToken.None);
        await hold.RegisterAsync(registry.After(history.Written.Select(number => changes[number]), history.Plan.Id, _time.GetUtcNow()));
        await journal.WriteAsync(PlanEvent.Recorded, "");
    }

    /// <summary>One line, under the lock; told and not written when the plan is no longer ours to carry out: the next decision finds that out.</summary>
    private async Task LineAsync(Plan plan, PlanEvent kind, string text, IProgress<PlanEntry>? progress, CancellationToken cancellation, Func<PlanEntry, PlanEntry>? with = null)
    {
        using var hold = await TakeAsync($"applying {plan.Id}", cancellation);
        if (hold is not null && await _ports.Store.FindAsync(plan.Id, cancellation) is { State: PlanState.Applying })
            await JournalOf(hold, plan.Id, progress).WriteAsync(kind, text, default, with);
    }

    private PlanJournal JournalOf(IPlanHold hold, PlanId plan, IProgress<PlanEntry>? progress) => new(hold, plan, _ports.Who, _time, progress);

    private bool IsOver(Deadline? deadline) => deadline is null
        || (deadline.Boot.Length > 0 && _ports.Uptime.Boot.Length > 0 ? deadline.Boot != _ports.Uptime.Boot || _ports.Uptime.Now >= deadline.Uptime : _time.GetUtcNow() >= deadline.At);

    private Task<IPlanHold?> TakeAsync(string doing, CancellationToken cancellation) => _ports.Store.TakeAsync($"{_ports.Who}, {doing}", _times.Lock, cancellation);

    private async Task<PlanOutcome> LockedAsync(PlanId plan) => new(plan, PlanEnd.InHand, await _ports.Store.HolderAsync(CancellationToken.None) is { } holder
        ? $"Another process holds the lock of this node's plans: {holder}. Try again in a moment." : "Another process holds the lock of this node's plans. `namesake plans` shows who is at what.");
}
