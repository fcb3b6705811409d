using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Facts;

/// <summary>What the outside said about the address we come from.</summary>
/// <param name="Confirmed">The newest sighting of the expected address; null when there was none since the source changed.</param>
/// <param name="IsFresh">It is young enough to stand without asking again.</param>
/// <param name="Contradiction">The outside sees another address, by evidence strong enough to hold the source.</param>
public sealed record EgressFacts(Proof? Confirmed, bool IsFresh, Contradiction? Contradiction, Attestation? Attested);

/// <summary>The outside sees another address than the declared one.</summary>
/// <param name="Addresses">The foreign addresses seen, as text, newest last.</param>
/// <param name="IsPool">More than one address is in use: a NAT pool, CGNAT or a second uplink. Release needs several good sightings in a row.</param>
/// <param name="Evidence">Who saw what, in words.</param>
public sealed record Contradiction(DateTimeOffset Since, DateTimeOffset Latest, ImmutableArray<string> Addresses, bool IsPool, string Evidence, int InARow = 0);
