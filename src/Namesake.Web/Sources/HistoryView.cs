using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.History;

namespace Namesake.Web.Sources;

/// <summary>The past of a source's identity.</summary>
/// <param name="AlignedSince">Null: it is not aligned now.</param>
/// <param name="Present">What stands now, one of each kind, with the time it came about.</param>
/// <param name="Changes">The newest first; kept for 90 days, and 200 of each kind.</param>
/// <param name="Next">What to give as <c>after</c> for the part behind it; null at the end.</param>
public sealed record HistoryView(string Source, string Verdict, DateTimeOffset? AlignedSince, ImmutableArray<ObservationView> Present, ImmutableArray<ObservationView> Changes, string? Next)
{
    public static HistoryView Of(string source, SourceStanding? standing, SourceHistory history, int limit) => new(
        source,
        (standing?.Verdict ?? Core.Identity.Verdict.Unknown).ToString().ToLowerInvariant(),
        standing is { Verdict: Core.Identity.Verdict.Aligned } ? standing.Since : null,
        [.. history.Present.Select(ObservationView.Of)],
        [.. history.Changes.Select(ObservationView.Of)],
        history.Changes.Length == limit ? history.Changes[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
}

/// <param name="Kind">"verdict", "ptr", "forward", "ehlo", "observed" or "policy".</param>
/// <param name="Subject">What it is about: the public address of PTR and EHLO, the name with its record type, the local address; of a verdict the check that holds; else empty.</param>
/// <param name="From">What was seen before; null: nothing, it is the first.</param>
/// <param name="To">Several values are sorted and separated by ", "; empty: there was none.</param>
/// <param name="Origin">Who said so.</param>
/// <param name="Vantage">The node that saw it.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record ObservationView(DateTimeOffset At, string Kind, string Subject, string? From, string To, string Origin, string Vantage, string Text)
{
    public static ObservationView Of(Observation seen) => new(seen.At, KindOf(seen.Kind), seen.Subject, seen.Before, seen.Value, seen.Origin, seen.Vantage, TextOf(seen));

    private static string KindOf(ObservationKind kind) => kind == ObservationKind.Pointers ? "ptr" : kind.ToString().ToLowerInvariant();

    private static string TextOf(Observation seen)
    {
        var what = seen.Kind switch
        {
            ObservationKind.Verdict => "verdict",
            ObservationKind.Pointers => $"PTR of {seen.Subject}",
            ObservationKind.Forward => seen.Subject,
            ObservationKind.Ehlo => $"EHLO name of {seen.Subject}",
            ObservationKind.Observed => $"address seen for {seen.Subject}",
            _ => "policy",
        };
        var reason = seen is { Kind: ObservationKind.Verdict, Subject.Length: > 0 } ? $" ({seen.Subject})" : "";
        return seen.Before is not { } before ? $"{what} first seen: {Named(seen.Value)}{reason}"
            : before == seen.Value ? $"{what} still {Named(seen.Value)}{reason}"
            : $"{what} changed from {Named(before)} to {Named(seen.Value)}{reason}";
    }

    private static string Named(string value) => value.Length == 0 ? "none" : value;
}
