using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Protocol.Addresses;

namespace Namesake.PolicyService;

/// <summary>What the operator wants done with clients.</summary>
public sealed record PolicyRules
{
    /// <value>Default forward: what most receivers ask for, and what RFC 8601 §3 calls iprev. Strict refuses senders that are right by all standards, Microsoft 365 among them.</value>
    public IdentityPolicy Policy { get; init; } = IdentityPolicy.Forward;

    public PolicyAnswer Aligned { get; init; } = PolicyAnswer.Dunno;

    public PolicyAnswer Misaligned { get; init; } = PolicyAnswer.Reject;

    /// <value>Never <see cref="PolicyAnswer.Reject"/>: that DNS didn't answer is nobody's fault for good.</value>
    public PolicyAnswer Unknown { get; init; } = PolicyAnswer.Defer;

    /// <summary>Clients that are not judged, as mynetworks is for Postfix.</summary>
    public ImmutableArray<IPRange> Allow { get; init; } = [];

    /// <summary>The authserv-id of the header field: who says so. RFC 8601 §2.5</summary>
    public string AuthenticationServer { get; init; } = "localhost";

    /// <summary>What observing means: everything is told, nothing stopped.</summary>
    public static PolicyRules Observing { get; } =
        new() { Policy = IdentityPolicy.Observe, Aligned = PolicyAnswer.Prepend, Misaligned = PolicyAnswer.Prepend, Unknown = PolicyAnswer.Prepend };

    public PolicyAnswer For(Verdict verdict) => verdict switch
    {
        Verdict.Aligned => Aligned,
        Verdict.Misaligned => Misaligned,
        _ => Unknown,
    };
}
