using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.History;

/// <summary>What the checks want to know of the past, read out of stored observations.</summary>
internal static class HistoryReading
{
    /// <param name="pointers">Changes of the source's PTR names, the newest first, as far as they are kept.</param>
    /// <param name="present">What stands now of the PTR names; null: never seen.</param>
    /// <param name="kept">Changes older than this have been forgotten.</param>
    public static (DateTimeOffset? Since, ImmutableArray<PointerChange> Changes) Pointers(
        Source source, ImmutableArray<Observation> pointers, Observation? present, DateTimeOffset now, DateTimeOffset kept)
    {
        var address = source.PublicAddress.ToString();
        if (present is null || present.Subject != address)
            return (null, []);
        var about = pointers.TakeWhile(observation => observation.Subject == address).ToList();
        // Its beginning is among them, or it lies before what is kept. Where nothing is kept at all only what stands now is known.
        var first = about.FirstOrDefault(observation => observation.Before is null);
        var since = first?.At ?? (about.Count == 0 && present.At > kept ? present.At : kept);
        return (since,
            [.. about.Where(observation => observation.Before is not null && observation.At > now - HistoryFacts.Window).Reverse().Select(observation => new PointerChange(observation.At, observation.Before!, observation.Value))]);
    }

    /// <summary>Names that ended at the source's public address within the window, and are not its name now.</summary>
    public static ImmutableArray<FormerName> OtherNames(Source source, ImmutableArray<Observation> names, DateTimeOffset now) =>
        [.. names.Where(ended => ended.Subject == source.PublicAddress.ToString() && ended.Before is { Length: > 0 } before && before != source.Ehlo.Value && ended.At > now - HistoryFacts.Window)
            .GroupBy(ended => ended.Before!, StringComparer.Ordinal).Select(group => group.MaxBy(ended => ended.At)!).OrderByDescending(ended => ended.At)
            .Select(ended => new FormerName(ended.Before!, ended.Source.Value, ended.At))];

    /// <summary>Addresses at which the source's name ended, of whatever source, and that nobody declares now.</summary>
    public static ImmutableArray<FormerAddress> FormerAddresses(Source source, ImmutableArray<Observation> names, SourceDirectory sources, DateTimeOffset now) =>
        [.. names.Where(ended => ended.Before == source.Ehlo.Value && ended.Value != ended.Before && ended.At > now - HistoryFacts.Window)
            .Select(ended => (Address: IPAddress.TryParse(ended.Subject, out var address) ? address : null, ended.At))
            .Where(left => left.Address is not null && !sources.DeclaresPublicAddress(left.Address)).GroupBy(left => left.Address!)
            .Select(group => new FormerAddress(group.Key, group.Max(left => left.At))).OrderByDescending(left => left.Until)];
}
