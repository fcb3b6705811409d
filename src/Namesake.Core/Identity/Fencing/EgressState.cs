using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Fencing;

/// <summary>What the outside has said about one source's address, per (node, local address, public address). Immutable; kept over restarts.</summary>
public sealed record EgressState
{
    public static EgressState Blank { get; } = new();

    /// <summary>The newest sighting of the expected address by anybody.</summary>
    public Proof? Confirmed { get; init; }

    /// <summary>The newest by a witness: what an operator needs to call another receiver's echo a proxy's.</summary>
    public DateTimeOffset? WitnessedAt { get; init; }

    /// <summary>Foreign sightings within the window, the newest per observer and address.</summary>
    public ImmutableArray<ForeignSighting> Foreign { get; init; } = [];

    /// <summary>Holds the source while set.</summary>
    public Contradiction? Contradiction { get; init; }

    /// <summary>When contradictions began, within the window: two of them are a translation that comes and goes.</summary>
    public ImmutableArray<DateTimeOffset> Onsets { get; init; } = [];

    /// <summary>As it was stored by a clock that was ahead: nothing of it lies ahead of now.</summary>
    public EgressState NotAhead(DateTimeOffset now) => this with
    {
        Confirmed = Confirmed is { } proof && proof.At > now ? proof with { At = now } : Confirmed,
        WitnessedAt = WitnessedAt > now ? now : WitnessedAt,
        Foreign = [.. Foreign.Select(sighting => sighting.At > now ? sighting with { At = now } : sighting)],
        Contradiction = Contradiction is { } found && found.Latest > now ? found with { Since = found.Since < now ? found.Since : now, Latest = now } : Contradiction,
        Onsets = [.. Onsets.Select(onset => onset < now ? onset : now)],
    };
}
