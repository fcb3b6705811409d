using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>One way back of one plan: step by step backwards, as it went forth, each change read before it is touched.</summary>
/// <param name="leaver">By whose word what can't be taken back is left; null: nobody's, and it stops there.</param>
internal sealed class WayBack(PlanHistory history, PlanJournal journal, ChangeHands hands, ServersLook servers, PlanTimes times, TimeProvider time, string? leaver)
{
    private readonly ImmutableArray<Change> _changes = [.. history.Plan.Changes];
    private readonly ImmutableArray<int> _steps = [.. history.Plan.Steps.SelectMany((step, index) => Enumerable.Repeat(index, step.Changes.Length))];
    // A change that somebody else has overwritten is left, and stays so when we come again.
    private readonly HashSet<int> _left = [.. history.Left];
    private readonly HashSet<int> _landed = [];
    // What was said on this way before: whoever comes every minute for a day has nothing new to say each time.
    private readonly HashSet<string> _said = history.State == PlanState.Undoing ? [.. history.Round.Reverse().TakeWhile(entry => entry.Event != PlanEvent.Undoing).Select(entry => $"{entry.Event} {entry.Text}")] : [];

    /// <summary>What others have changed since, in words.</summary>
    public List<string> Others { get; } = [.. history.Round.Where(entry => entry.Event == PlanEvent.Left).Select(entry => entry.Text)];

    /// <summary>What could not be taken back and was left by somebody's word.</summary>
    public List<string> ByWord { get; } = [];

    /// <summary>Every line of it is in the journal.</summary>
    public bool IsJournaled { get; private set; } = true;

    /// <returns>Null: it is at its end. Else what can't be read or written now.</returns>
    public async Task<string?> GoAsync(CancellationToken cancellation)
    {
        var trouble = await BackAsync(history.MayBeWritten, cancellation) ?? await DoubtAsync(cancellation);
        if (trouble is not null)
            await SayAsync(PlanEvent.Trouble, trouble);
        return trouble;
    }

    private async Task<string?> BackAsync(IEnumerable<int> numbers, CancellationToken cancellation)
    {
        // What is written together must not overtake what stands between.
        var steps = numbers.Where(number => !_left.Contains(number)).OrderDescending().GroupBy(number => _steps[number]).ToList();
        foreach (var (index, step) in steps.Index())
        {
            var gone = new List<int>();
            foreach (var batch in ChangeBatch.Of(step.Select(number => (number, _changes[number])), hands.MostOf))
                if (await BatchAsync(batch.Numbers, gone, cancellation) is { } trouble)
                    return trouble;
            if (index < steps.Count - 1 && history.Plan.Steps[step.Key].WaitsUntilSeen)
                await WaitAsync(history.Plan.Steps[step.Key], gone, cancellation);
        }
        return null;
    }

    /// <summary>A write whose answer nobody heard may be under way still, and would come after the word that all is as before: looked at once more when the last of them must have come.</summary>
    private async Task<string?> DoubtAsync(CancellationToken cancellation)
    {
        // A firewall's tool has a lock that says when it is at its end.
        var doubts = history.InDoubt.Where(doubt => _changes[doubt.Change] is not TranslationChange && (doubt.IsLost || !_landed.Contains(doubt.Change))).ToList();
        if (doubts.Count == 0)
            return null;
        var open = doubts.Max(doubt => doubt.At) + times.LandsWithin - time.GetUtcNow();
        if (open <= TimeSpan.Zero)
            return null;
        var wait = open < times.LandsWithin ? open : times.LandsWithin;
        await SayAsync(PlanEvent.Trouble, $"the answer to a write was lost, and it may be under way still: looked at once more in {wait.TotalSeconds:0} seconds");
        await Task.Delay(wait, time, cancellation);
        return await BackAsync(doubts.Select(doubt => doubt.Change).Distinct(), cancellation);
    }

    /// <summary>An address goes only when nobody sees the PTR record that leads to it any more. A server that lags is no reason to stop half way.</summary>
    private async Task WaitAsync(PlanStep step, List<int> gone, CancellationToken cancellation)
    {
        var inverses = gone.Select(number => _changes[number].Inverse()).OfType<RecordChange>().Where(change => !hands.BringsItsOwn(change)).ToList();
        if (inverses.Count == 0)
            return;
        var (end, words) = await servers.WaitAsync(inverses, times.SeenOnTheWayBack, cancellation);
        await SayAsync(PlanEvent.Seen, end == SeenEnd.Everywhere ? $"{step.Title}, taken back: every authoritative server that answers shows it" : $"{step.Title}, taken back, and not waited for any longer: {string.Join("; ", words.Take(20))}", [.. gone]);
    }

    /// <param name="gone">Gets what is written back.</param>
    private async Task<string?> BatchAsync(ImmutableArray<int> numbers, List<int> gone, CancellationToken cancellation)
    {
        var open = numbers;
        for (var tries = 1; ; tries++)
        {
            var isLast = tries >= times.Tries;
            var (ours, unread, trouble) = await ReadAsync(open, cancellation);
            if (isLast && leaver is not null && !unread.IsEmpty)
            {
                await LeaveByWordAsync(unread, trouble!);
                unread = [];
            }
            open = [.. ours, .. unread];
            if (unread.IsEmpty && !ours.IsEmpty)
            {
                await SayAsync(PlanEvent.Restoring, string.Join("; ", ours.Select(number => PlanText.Line(_changes[number].Inverse()))), ours);
                var result = await hands.WriteAsync([.. ours.Select(number => _changes[number].Inverse())], cancellation);
                if (result is WriteResult.Done)
                {
                    await WriteAsync(PlanEvent.Restored, result.Text, ours);
                    gone.AddRange(ours);
                    return null;
                }
                if (result is WriteResult.Conflict && _changes[ours[0]] is ZoneChange)
                {
                    await LeaveAsync(Others, ours, result.Text); // it has been filled since
                    return null;
                }
                // Whatever was answered, what is there decides: read once more at the top of the loop.
                trouble = result.Text.Length > 0 ? result.Text : result.GetType().Name;
            }
            if (open.IsEmpty)
                return null;
            if (isLast && leaver is null)
                return trouble;
            if (isLast)
            {
                await LeaveByWordAsync(open, trouble!);
                return null;
            }
            await Task.Delay(times.BetweenTries, time, cancellation);
        }
    }

    /// <returns>What is as we wrote it, and what can't be read and why. What is as before, or somebody else's, is told and done with.</returns>
    private async Task<(ImmutableArray<int> Ours, ImmutableArray<int> Unread, string? Trouble)> ReadAsync(ImmutableArray<int> open, CancellationToken cancellation)
    {
        var first = await hands.ReadAsync(_changes[open[0]], cancellation);
        // Where one can't be read a hundred can't, and each takes its time-out.
        if (first.Standing == Standing.Unknown && leaver is null)
            return ([], open, first.Text);
        PresentReading[] all = [first, .. await hands.ReadAsync([.. open.Skip(1).Select(number => _changes[number])], cancellation)];
        var readings = open.Zip(all, (number, reading) => (Number: number, Reading: reading.In(history.Plan, _changes[number]))).ToLookup(one => one.Reading.Standing);
        foreach (var (number, reading) in readings[Standing.Other])
            await LeaveAsync(Others, [number], reading.Text);
        if (readings[Standing.Old].Any())
            await WriteAsync(PlanEvent.Restored, "", [.. readings[Standing.Old].Select(one => one.Number)]);
        ImmutableArray<int> ours = [.. readings[Standing.New].Select(one => one.Number)];
        _landed.UnionWith(ours);
        return (ours, [.. readings[Standing.Unknown].Select(one => one.Number)], readings[Standing.Unknown].FirstOrDefault().Reading?.Text);
    }

    private Task LeaveByWordAsync(ImmutableArray<int> numbers, string trouble) =>
        LeaveAsync(ByWord, numbers, $"{string.Join("; ", numbers.Select(number => PlanText.Line(_changes[number])))}: {trouble}. Left so by {leaver}");

    private async Task LeaveAsync(List<string> words, ImmutableArray<int> numbers, string text)
    {
        _left.UnionWith(numbers);
        words.Add(text);
        await WriteAsync(PlanEvent.Left, text, numbers);
    }

    private async Task WriteAsync(PlanEvent kind, string text, ImmutableArray<int> numbers) => IsJournaled &= await journal.TryWriteAsync(kind, text, numbers);

    private async Task SayAsync(PlanEvent kind, string text, ImmutableArray<int> numbers = default)
    {
        if (_said.Add($"{kind} {text}"))
            IsJournaled &= await journal.TryWriteAsync(kind, text, numbers);
    }
}
