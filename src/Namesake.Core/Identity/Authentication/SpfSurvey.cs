using System.Collections.Immutable;

namespace Namesake.Core.Identity.Authentication;

/// <summary>A policy looked at as a whole, as it is for a client that nothing matches: what it costs at most, and what is broken in it.</summary>
/// <param name="Lookups">Terms that ask DNS, those of included policies with them; counted no further than <see cref="SpfSurveyor.MostTerms"/>.</param>
/// <param name="Voids">The terms whose question finds nothing.</param>
/// <param name="Pointers">The <c>ptr</c> terms, which nobody should use: RFC 7208 §5.5.</param>
/// <param name="Faults">What makes receivers end with permerror, limits aside.</param>
/// <param name="Doubts">What could not be asked.</param>
public sealed record SpfSurvey(int Lookups, ImmutableArray<string> Voids, ImmutableArray<string> Pointers, ImmutableArray<string> Faults, ImmutableArray<string> Doubts)
{
    public bool HasTooManyLookups => Lookups > SpfRun.MostLookups;

    public bool HasTooManyVoids => Voids.Length > SpfRun.MostVoids;
}
