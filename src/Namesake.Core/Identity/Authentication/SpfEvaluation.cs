using System.Collections.Immutable;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>What a receiver would conclude, and how it comes to that.</summary>
/// <param name="Reason">In words: the term that decided, or what broke.</param>
/// <param name="Term">The term that decided; null where none did.</param>
/// <param name="TermOf">Whose policy it stands in.</param>
/// <param name="Lookups">Terms that asked DNS, of 10. RFC 7208 §4.6.4</param>
/// <param name="Voids">Questions that found nothing, of 2.</param>
/// <param name="Explanation">What the domain says to those it refuses. RFC 7208 §6.2</param>
public sealed record SpfEvaluation(SpfResult Result, string Reason, SpfTerm? Term, DomainName? TermOf, int Lookups, int Voids, string? Explanation)
{
    /// <summary>Each term that was looked at, in order, inner policies before the term that named them.</summary>
    public ImmutableArray<SpfStep> Trace { get; init; } = [];

    /// <summary>Questions that nobody answered. Where there are some, only a pass is certain: what was not heard could have matched.</summary>
    public ImmutableArray<string> Doubts { get; init; } = [];

    /// <summary>Policies that our resolver alone told: those of their zones' servers it may not know, or know no longer.</summary>
    public ImmutableArray<DomainName> PoliciesByResolver { get; init; } = [];

    /// <summary>The least TTL of what it rests on; zero when it rests on nothing.</summary>
    public TimeSpan Ttl { get; init; }
}

/// <param name="Depth">0 in the domain's own policy.</param>
/// <param name="Outcome">"matches", "doesn't match", or what broke.</param>
public sealed record SpfStep(int Depth, DomainName Domain, string Term, string Outcome)
{
    public override string ToString() => $"{new string(' ', 2 * Depth)}{Domain} {Term}: {Outcome}";
}

/// <summary>The results of RFC 7208 §2.6.</summary>
public enum SpfResult
{
    /// <summary>There is no policy.</summary>
    None,
    Neutral,
    Pass,
    Fail,
    SoftFail,

    /// <summary>DNS could not be asked now.</summary>
    TempError,

    /// <summary>The policy is broken.</summary>
    PermError,
}
