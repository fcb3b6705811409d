using System.Collections.Immutable;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Fencing;

/// <summary>One lane the fence has stopped, or had stopped within the window. Immutable; kept over restarts.</summary>
/// <param name="Hop">Where it saw us wrong: asked again by EHLO and QUIT.</param>
/// <param name="Observed">The newest foreign address.</param>
public sealed record LaneState(SourceId Source, SiteId Site, bool IsHeld, DateTimeOffset Since, DateTimeOffset Latest, NextHop Hop, string Observed, string FirstLine)
{
    /// <summary>All foreign addresses within the window.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>How often it was held within the window.</summary>
    public ImmutableArray<DateTimeOffset> Onsets { get; init; } = [];

    /// <summary>As it was stored by a clock that was ahead: nothing of it lies ahead of now.</summary>
    public LaneState NotAhead(DateTimeOffset now) =>
        this with { Since = Since < now ? Since : now, Latest = Latest < now ? Latest : now, Onsets = [.. Onsets.Select(onset => onset < now ? onset : now)] };

    /// <summary>The address was quoted in a refusal, not echoed: a hint (FB-03).</summary>
    public bool IsQuoted { get; init; }

    public int GoodInARow { get; init; }

    public int SilentInARow { get; init; }

    /// <summary>Addresses come and go there: one good sighting is luck.</summary>
    public bool IsPool => Addresses.Length > 1 || Onsets.Length > 1;

    public Hold ToHold(string expected) => new(Source, Site, IsQuoted ? "FB-03" : "EG-01", "fence", IsQuoted ? $"{Hop.Host} refused us and quoted {Observed}: {FirstLine}" : $"{Hop.Host} sees us as {Observed}", $"{expected} as our address", Since,
        $"ends by itself when {Hop.Host} sees {expected} again{(IsPool ? " several times in a row" : "")}; asked every 30 seconds to 15 minutes");
}
