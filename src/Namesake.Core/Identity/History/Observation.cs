using Namesake.Core.Sources;

namespace Namesake.Core.Identity.History;

/// <summary>Something of a source's identity that was seen to be other than before.</summary>
/// <param name="Subject">What it is about: an address, a name with its record type; empty when it is about the source as such.</param>
/// <param name="Value">What was seen. Several values are sorted and separated by ", "; empty: there was none.</param>
/// <param name="Before">What had been seen last of the same subject; null: nothing, this is the first.</param>
/// <param name="Origin">Who said so: name servers, a receiver, the configuration.</param>
/// <param name="Vantage">From where it was seen: the node.</param>
/// <param name="Number">In the store, rising; 0 before it is there.</param>
public sealed record Observation(SourceId Source, ObservationKind Kind, string Subject, string Value, string? Before, DateTimeOffset At, string Origin, string Vantage, long Number = 0)
{
    /// <summary>A PTR set of ten long names fits; what a hostile zone makes of it is cut.</summary>
    public const int LongestText = 1_000;

    /// <summary>DNS and receivers choose what they say: neither length nor control characters reach a database or a terminal.</summary>
    internal static string Clean(string text)
    {
        var cut = text.Length > LongestText ? $"{text[..(LongestText - 1)]}…" : text;
        return cut.AsSpan().ContainsAnyInRange('\0', '\x1f') || cut.AsSpan().ContainsAnyInRange('\x7f', '\x9f') || cut.Any(char.IsSurrogate)
            ? new string([.. cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)])
            : cut;
    }
}
