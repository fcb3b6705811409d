using Namesake.Core.Messages;

namespace Namesake.Core.Sources;

/// <summary>Which of its brand's sources a message goes by. Pure: the same message among the same candidates always gets the same one.</summary>
/// <remarks>
/// <para>Weighted rendezvous hashing: message and source give a number, weight raises it, the highest wins. Nobody's number depends on the others, so a source that
/// comes, goes or is held moves its own share of the mail only, and every retry and every recipient of a domain finds the source of the first.</para>
/// <para>Candidates are the brand's own sources, never another's. Those that are open, of a family the receiver has, and not retiring take mail; among them those whose
/// family reaches its best hosts go before the others.</para>
/// </remarks>
public static class SourceChoice
{
    /// <summary>The source a message may leave by now; null when its brand has none.</summary>
    public static Source? Open(MessageId message, ReadOnlySpan<SourceCandidate> candidates) =>
        Best(message, candidates, static candidate => candidate is { Takes: true, Reaches: true })
        ?? Best(message, candidates, static candidate => candidate.Takes);

    /// <summary>The source a message waits for while none takes it: the one it would go by if all were open. Null when there are no candidates.</summary>
    public static Source? ToWaitFor(MessageId message, ReadOnlySpan<SourceCandidate> candidates) =>
        Best(message, candidates, static candidate => candidate is { Fits: true, Reaches: true, Source.Retiring: false })
        ?? Best(message, candidates, static candidate => candidate is { Fits: true, Source.Retiring: false })
        ?? Best(message, candidates, static candidate => candidate.Fits)
        ?? Best(message, candidates, static _ => true);

    /// <summary>A source's number for a message: the highest among the candidates wins. Each source wins in proportion to its weight.</summary>
    public static double Score(MessageId message, Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var hash = Mixed((ulong)message.Value ^ HashOf(source.Id));
        // Of 53 bits, never 0 and never 1: its logarithm is finite and below 0.
        var point = ((hash >> 11) + 0.5) * (1.0 / (1UL << 53));
        return source.Weight / -Math.Log(point);
    }

    private static Source? Best(MessageId message, ReadOnlySpan<SourceCandidate> candidates, Func<SourceCandidate, bool> may)
    {
        Source? best = null;
        var most = 0.0;
        foreach (var candidate in candidates)
        {
            if (!may(candidate))
                continue;
            var score = candidates.Length == 1 ? 1 : Score(message, candidate.Source);
            if (best is { } other && (score < most || (score == most && string.CompareOrdinal(candidate.Source.Id.Value, other.Id.Value) > 0)))
                continue;
            (best, most) = (candidate.Source, score);
        }

        return best;
    }

    // FNV-1a: the same on every machine and in every version, which string.GetHashCode is not.
    private static ulong HashOf(SourceId source)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in source.Value)
            hash = (hash ^ c) * 0x100000001B3UL;
        return Mixed(hash);
    }

    // The finaliser of SplitMix64: ids are times and names are alike, every bit of them must tell.
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
