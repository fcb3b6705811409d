using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Dns;

namespace Namesake.Core.Plans.Applying;

internal enum SeenEnd
{
    /// <summary>Every authoritative server that answers shows it.</summary>
    Everywhere,

    /// <summary>Some show it, others not yet: pending, not failed.</summary>
    Pending,

    /// <summary>None that answers shows it.</summary>
    Nowhere,

    /// <summary>Nobody could be asked.</summary>
    NotSeen,
}

/// <summary>What the authoritative servers say of records that were written, and then the configured resolvers.</summary>
/// <remarks>
/// <para>The servers decide. A resolver that remembers what was there before is waited for where the next step may need the record, an address before a PTR record, and where its memory ends within our time; else it is
/// told until when it may be old. One that fails or is silent is told: no outage of our own resolvers takes a plan back.</para>
/// <para>One whose memory had ended and that still says something else is told with just that. It may ask other servers, by an older delegation or an inner view; as often it is many caches behind one address, of which another
/// remembers longer. Nobody can tell from here, so it takes nothing back.</para>
/// </remarks>
internal sealed class ServersLook(IDnsLookup dns, PlanTimes times, TimeProvider time)
{
    /// <summary>Names asked about at once: a plan for a thousand addresses must not be a thousand round trips one after the other, nor a flood.</summary>
    private const int AtOnce = 16;

    /// <summary>Looks until all is seen everywhere, or the time is over.</summary>
    public async Task<(SeenEnd End, ImmutableArray<string> Words)> WaitAsync(IEnumerable<RecordChange> changes, TimeSpan within, CancellationToken cancellation)
    {
        var (since, over) = (time.GetTimestamp(), time.GetUtcNow() + within);
        var memories = new ConcurrentDictionary<(RecordChange Change, string Resolver), DateTimeOffset>();
        var open = changes.Where(change => RecordWords.IsComparable(change.Type)).ToImmutableArray();
        var (told, worst) = (ImmutableArray<string>.Empty, SeenEnd.Everywhere);
        while (true)
        {
            var looks = await LookAsync(open, memories, cancellation);
            var isOver = time.GetElapsedTime(since) >= within;
            var waits = looks.ToLookup(look => !isOver && (look.End != SeenEnd.Everywhere || (IsWaitedFor(look.Change) && look.Forgets <= over)));
            foreach (var look in waits[false])
                (worst, told) = (look.End > worst ? look.End : worst, look.End == SeenEnd.Everywhere ? told.AddRange(look.Words) : [.. look.Words, .. told]);
            open = [.. waits[true].Select(look => look.Change)];
            if (open.IsEmpty)
                return (worst, told);
            await Task.Delay(times.BetweenLooks, time, cancellation);
        }
    }

    private static bool IsWaitedFor(RecordChange change) => change is { Type: RecordType.A or RecordType.Aaaa, New: not null };

    private async Task<ImmutableArray<SeenRecord>> LookAsync(ImmutableArray<RecordChange> changes, ConcurrentDictionary<(RecordChange Change, string Resolver), DateTimeOffset> memories, CancellationToken cancellation)
    {
        var looks = new SeenRecord[changes.Length];
        await Parallel.ForAsync(0, changes.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (index, stop) => looks[index] = await LookAsync(changes[index], memories, stop));
        return [.. looks];
    }

    private async Task<SeenRecord> LookAsync(RecordChange change, ConcurrentDictionary<(RecordChange Change, string Resolver), DateTimeOffset> memories, CancellationToken cancellation)
    {
        var said = await dns.AskAuthoritativeAsync(change.Name, change.Type, cancellation);
        var definite = said.Definite.ToList();
        var title = $"{change.Type.Word()} {change.Name}";
        var silent = said.Answers.Where(answer => !answer.IsDefinite).Select(answer => $"{title}: {answer.Server} can't be asked ({answer.Outcome.Words()})");
        if (definite.Count == 0)
            return new SeenRecord(change, SeenEnd.NotSeen, [$"{title}: {said.Trouble ?? "no authoritative server answers"}", .. silent]);
        var behind = definite.Where(answer => !RecordWords.Says(answer, change.New)).ToList();
        var words = behind.Select(answer => $"{title}: {answer.Server} says {RecordWords.Said(answer)}");
        if (behind.Count > 0)
            return new SeenRecord(change, behind.Count < definite.Count ? SeenEnd.Pending : SeenEnd.Nowhere, [.. words, .. silent]);
        var resolvers = await ResolversLook.LookAsync(dns, change.Name, change.Type, answer => RecordWords.Says(answer, change.New), cancellation);
        var knowBetter = resolvers.Where(sight => sight.Until is { } until && memories.GetOrAdd((change, sight.Server), until) <= time.GetUtcNow()).ToList();
        return new SeenRecord(change, SeenEnd.Everywhere,
            [.. silent, .. resolvers.Except(knowBetter).Select(sight => sight.Words).Where(text => text.Length > 0), .. knowBetter.Select(sight => $"{sight.Words}; its memory had ended: it has another one behind the same address, or asks other servers than the zone's")])
        {
            Forgets = resolvers.Min(sight => sight.Until),
        };
    }

    private sealed record SeenRecord(RecordChange Change, SeenEnd End, ImmutableArray<string> Words)
    {
        /// <summary>When the first resolver that remembers something else forgets it.</summary>
        public DateTimeOffset? Forgets { get; init; }
    }
}
