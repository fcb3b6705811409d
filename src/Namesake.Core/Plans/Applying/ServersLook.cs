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

/// <summary>What the authoritative servers say of records that were written.</summary>
internal sealed class ServersLook(IDnsLookup dns, PlanTimes times, TimeProvider time)
{
    /// <summary>Names asked about at once: a plan for a thousand addresses must not be a thousand round trips one after the other, nor a flood.</summary>
    private const int AtOnce = 16;

    /// <summary>Looks until all is seen everywhere, or the time is over.</summary>
    public async Task<(SeenEnd End, ImmutableArray<string> Words)> WaitAsync(IEnumerable<RecordChange> changes, TimeSpan within, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        var open = changes.Where(change => RecordWords.IsComparable(change.Type)).ToImmutableArray();
        var (silent, worst) = (ImmutableArray<string>.Empty, SeenEnd.Everywhere);
        while (true)
        {
            var looks = await LookAsync(open, cancellation);
            silent = [.. silent, .. looks.Where(look => look.End == SeenEnd.Everywhere).SelectMany(look => look.Words)];
            var behind = looks.Where(look => look.End != SeenEnd.Everywhere).ToImmutableArray();
            if (behind.IsEmpty || time.GetElapsedTime(since) >= within)
            {
                foreach (var look in behind)
                    worst = look.End > worst ? look.End : worst;
                return (worst, [.. behind.SelectMany(look => look.Words), .. silent]);
            }
            open = [.. behind.Select(look => look.Change)];
            await Task.Delay(times.BetweenLooks, time, cancellation);
        }
    }

    /// <summary>Once, now.</summary>
    public async Task<ImmutableArray<SeenRecord>> LookAsync(ImmutableArray<RecordChange> changes, CancellationToken cancellation)
    {
        var looks = new SeenRecord[changes.Length];
        await Parallel.ForAsync(0, changes.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (index, stop) => looks[index] = await LookAsync(changes[index], stop));
        return [.. looks];
    }

    private async Task<SeenRecord> LookAsync(RecordChange change, CancellationToken cancellation)
    {
        var said = await dns.AskAuthoritativeAsync(change.Name, change.Type, cancellation);
        var definite = said.Definite.ToList();
        var title = $"{change.Type.Word()} {change.Name}";
        var silent = said.Answers.Where(answer => !answer.IsDefinite).Select(answer => $"{title}: {answer.Server} can't be asked ({answer.Outcome.Words()})");
        if (definite.Count == 0)
            return new SeenRecord(change, SeenEnd.NotSeen, [$"{title}: {said.Trouble ?? "no authoritative server answers"}", .. silent]);
        var behind = definite.Where(answer => !RecordWords.Says(answer, change.New)).ToList();
        var words = behind.Select(answer => $"{title}: {answer.Server} says {RecordWords.Said(answer)}");
        return new SeenRecord(change, behind.Count == 0 ? SeenEnd.Everywhere : behind.Count < definite.Count ? SeenEnd.Pending : SeenEnd.Nowhere, [.. words, .. silent]);
    }
}

internal sealed record SeenRecord(RecordChange Change, SeenEnd End, ImmutableArray<string> Words);
