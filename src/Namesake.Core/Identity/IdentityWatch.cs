using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Namesake.Core.Dns;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Looks at every source when it is time, and asks the outside when the ledger wants to know.</summary>
/// <remarks>
/// A source is looked at: at start (unproven ones first), by its records' TTL, every minute while something is wrong, two minutes after a first bad answer, when the node's
/// addresses change, when a receiver refuses it, and on request. Audits of sources whose mail waits for what only an audit looks at go before all other audits. Witnesses are asked when somebody saw a foreign address, when a translated source has no
/// proof, and when its proof grows old; and now and then for a source on an address of its own. A lane the fence holds is asked by EHLO and QUIT on a back-off. Two rounds run beside each other, so that slow
/// receivers don't delay DNS.
/// </remarks>
public sealed class IdentityWatch : IWitnessQuestion
{
    private readonly IdentityLedger _ledger;
    private readonly IdentityProbe _probe;
    private readonly IDnsLookup _dns;
    private readonly ILocalAddresses _local;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly WitnessRound _witnesses;
    private readonly Rounds _looks;
    private readonly Rounds _echoes;
    private readonly Rounds _audits;
    private readonly Func<Source, CancellationToken, Task<AuditReport?>>? _audit;
    private readonly ConcurrentDictionary<Errand, int> _unanswered = new();
    private readonly ConcurrentDictionary<SourceId, TaskCompletionSource> _changed = new();

    /// <param name="audit">Looks at a source with everything there is to look with; null: only what decides about mail is looked at.</param>
    public IdentityWatch(
        IdentityLedger ledger, IDnsLookup dns, ILocalAddresses local, IEchoProbe echo, IdentityOptions options, TimeProvider time, ILogger<IdentityWatch> logger,
        Func<Source, CancellationToken, Task<AuditReport?>>? audit = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _audit = audit;
        _audits = new Rounds(options.AuditsAtOnce, AuditAsync, options.ProbeWhileBad, time, logger, errand => ledger.IsHeldByAudit(errand.Source));
        (_ledger, _dns, _local, _options, _time) = (ledger, dns, local, options, time);
        _probe = new IdentityProbe(dns);
        _witnesses = new WitnessRound(ledger, echo, dns, time);
        _looks = new Rounds(options.ProbesAtOnce, LookAsync, options.ProbeWhileBad, time, logger);
        _echoes = new Rounds(options.EchoesAtOnce, EchoAsync, options.EchoAtFirst, time, logger);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        _ledger.Wanted += Want;
        _local.Changed += AddressesChanged;
        try
        {
            WantAll();
            await Task.WhenAll(_looks.RunAsync(stop), _echoes.RunAsync(stop), _audits.RunAsync(stop), _ledger.Journal.RunAsync(stop), _ledger.KeepHistoryAsync(stop));
        }
        finally
        {
            _ledger.Wanted -= Want;
            _local.Changed -= AddressesChanged;
        }
    }

    /// <summary>The time of day was set by so much: what was to be looked at by it is looked at now.</summary>
    public void ClockSet(TimeSpan by)
    {
        _ledger.ClockSet(by);
        WantAll();
    }

    /// <summary>Something was changed that the source's identity hangs on: names and witnesses are asked next. Doesn't wait for it.</summary>
    /// <remarks>However fresh the proof is: it is of the time before.</remarks>
    public void LookSoon(SourceId source) => _ = LookAfreshAsync(source);

    /// <summary>The same.</summary>
    /// <returns>Completes when the witnesses were asked, whatever they said; at once where there are none. Where the source can't be used now, when it can: who waits sets a limit.</returns>
    public Task LookAfreshAsync(SourceId source)
    {
        var now = _time.GetUtcNow();
        _looks.Want(new ProbeErrand(source), now);
        if (_ledger.Model.Witnesses.IsEmpty)
            return Task.CompletedTask;
        var asked = _changed.GetOrAdd(source, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _echoes.Want(new WitnessErrand(source), now);
        return asked.Task;
    }

    private void WantAll()
    {
        var now = _time.GetUtcNow();
        foreach (var standing in _ledger.All)
        {
            _looks.Want(new ProbeErrand(standing.Source), standing.ProvenAt is null ? DateTimeOffset.MinValue : now); // the unproven first
            Want(new WitnessErrand(standing.Source), TimeSpan.Zero);
            Want(new AuditErrand(standing.Source), TimeSpan.Zero);
            if (standing.GraceEnds is { } end)
                _looks.Want(new DeadlineErrand(standing.Source), end);
            if (standing.Override is { } note)
                _looks.Want(new DeadlineErrand(standing.Source), note.Until);
        }
        foreach (var lane in _ledger.HeldLanes())
            _echoes.Want(lane, now);
    }

    /// <summary>Looks at a source now, for whoever changed something or wants to know.</summary>
    /// <returns>Its standing afterwards; null when there is no such source.</returns>
    public async Task<SourceStanding?> ProbeNowAsync(SourceId source, CancellationToken cancellation)
    {
        if (await LookAsync(new ProbeErrand(source), cancellation) is { } next)
            _looks.Want(new ProbeErrand(source), next);
        if (_ledger.NeedOfWitness(source) is { IsUrgent: true })
            await AskAsync(source, cancellation);
        return _ledger.Of(source);
    }

    /// <summary>When something is due next; null: nothing is.</summary>
    internal DateTimeOffset? NextDue => _looks.NextDue is { } look ? _echoes.NextDue is { } echo && echo < look ? echo : look : _echoes.NextDue;

    /// <summary>Completes when nothing runs and nothing is due at the present time of the clock.</summary>
    internal async Task SettledAsync()
    {
        do
        {
            await _looks.SettledAsync();
            await _echoes.SettledAsync();
            await _audits.SettledAsync();
        }
        while (!(_looks.SettledAsync().IsCompleted && _echoes.SettledAsync().IsCompleted && _audits.SettledAsync().IsCompleted)); // one may have made work for the other
    }

    /// <inheritdoc/>
    public async Task AskAsync(SourceId source, CancellationToken cancellation)
    {
        if (_ledger.SourceOf(source) is not { } asked || !_ledger.MayDial(source))
            return;
        await _witnesses.AskAllAsync(asked, cancellation);
        Want(new WitnessErrand(source), _options.EchoAtFirst); // if they left something open
    }

    private void Want(Errand errand, TimeSpan wait)
    {
        var due = _time.GetUtcNow() + wait;
        switch (errand)
        {
            case ProbeErrand or DeadlineErrand:
                _looks.Want(errand, due);
                break;
            case AuditErrand when _audit is not null:
                // What only tells is not in the way of a start, and not of everybody's at the same moment.
                _audits.Want(errand, _ledger.HoldsByAudit(errand.Source) ? due : due + _options.AuditAfter + (Random.Shared.NextDouble() * _options.AuditAfter));
                break;
            case WitnessErrand when !_witnesses.IsAsking(errand.Source) && _ledger.NeedOfWitness(errand.Source) is { } need && (need.IsUrgent || need.At is not null):
                _unanswered.TryRemove(errand, out _);
                _echoes.Want(errand, need.At is { } at && at > due ? at : due);
                break;
            case LaneErrand:
                _unanswered[errand] = wait > TimeSpan.Zero ? 0 : -1; // the first wait is the first step of the back-off
                _echoes.Want(errand, due);
                break;
        }
    }

    // What a lost or found address means is known at once; DNS is asked about afterwards.
    private void AddressesChanged()
    {
        foreach (var source in _ledger.Model.Sources.All)
        {
            var bind = _local.TryBind(source.LocalAddress);
            if (!bind.IsKnown || bind.Works == _ledger.CanBind(source.Id))
                continue;
            _ledger.Rebound(source, bind);
            _looks.Want(new ProbeErrand(source.Id), _time.GetUtcNow());
        }
    }

    private async Task<DateTimeOffset?> LookAsync(Errand errand, CancellationToken stop)
    {
        if (_ledger.SourceOf(errand.Source) is not { } source)
            return null;
        if (errand is DeadlineErrand)
        {
            _ledger.Tick(errand.Source);
            return null; // the ledger wants the next one, if there is one
        }
        var startedAt = _time.GetUtcNow();
        var bind = _local.TryBind(source.LocalAddress);
        // Our own shortage is no word about the address: what was known stands until it can be tried again.
        if (!bind.IsKnown)
            return startedAt + _options.EchoAtFirst;
        _ledger.Rebound(source, bind);
        var dns = await _probe.LookAsync(source.PublicAddress, source.Ehlo, stop);
        return _ledger.Apply(source, bind, dns, startedAt, _dns.ResolvingInDoubt);
    }

    private async Task<DateTimeOffset?> AuditAsync(Errand errand, CancellationToken stop) =>
        _ledger.SourceOf(errand.Source) is { } source && await _audit!(source, stop) is { } report ? _ledger.Audited(source, report.Results, report.Troubles.IsEmpty) : null;

    private async Task<DateTimeOffset?> EchoAsync(Errand errand, CancellationToken stop)
    {
        if (_ledger.SourceOf(errand.Source) is not { } source)
            return null;
        if (!_ledger.CanBind(errand.Source) || !_ledger.MayDial(errand.Source))
            return _time.GetUtcNow() + _options.EchoAtFirst;
        return errand is LaneErrand lane ? await AskLaneAsync(source, lane, stop) : await AskWitnessesAsync(source, errand, stop);
    }

    private async Task<DateTimeOffset?> AskWitnessesAsync(Source source, Errand errand, CancellationToken stop)
    {
        var need = _ledger.NeedOfWitness(source.Id);
        if (_changed.TryRemove(source.Id, out var asked))
        {
            try
            {
                if (_witnesses.IsAsking(source.Id))
                    await _witnesses.AskAllAsync(source, stop); // the end of a round that may have begun before the change
                await _witnesses.AskAllAsync(source, stop);
            }
            finally
            {
                asked.SetResult();
            }
        }
        else if (need.IsUrgent)
            await _witnesses.AskAllAsync(source, stop);
        else if (need.At <= _time.GetUtcNow())
        {
            await _witnesses.AskOneAsync(source, oursFirst: need.IsRoutine, stop);
            if (need.IsRoutine)
                _ledger.Asked(source.Id);
        }
        need = _ledger.NeedOfWitness(source.Id);
        if (need.IsUrgent || need.At <= _time.GetUtcNow())
            return Later(errand, _ledger.IsUnproven(source.Id) ? _options.ProbeWhileBad : _options.EchoAtMost);
        _unanswered.TryRemove(errand, out _);
        return need.At;
    }

    private async Task<DateTimeOffset?> AskLaneAsync(Source source, LaneErrand errand, CancellationToken stop)
    {
        if (_ledger.LaneToAsk(errand) is not var (lane, askNow))
            return null;
        if (askNow)
            await _witnesses.AskLaneAsync(source, errand.Site, lane.Hop, stop);
        if (_ledger.LaneToAsk(errand) is not var (after, _))
        {
            _unanswered.TryRemove(errand, out _);
            return null;
        }
        return after.GoodInARow + after.SilentInARow > lane.GoodInARow + lane.SilentInARow ? _time.GetUtcNow() + _options.EchoAtFirst : Later(errand, _options.EchoAtMost);
    }

    private DateTimeOffset Later(Errand errand, TimeSpan most)
    {
        var times = _unanswered.AddOrUpdate(errand, 0, static (_, before) => Math.Min(before + 1, 30));
        var wait = TimeSpan.FromTicks((long)Math.Min(most.Ticks, _options.EchoAtFirst.Ticks * Math.Pow(2, times)));
        return _time.GetUtcNow() + wait;
    }
}
