using System.Net.Sockets;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Clients;

namespace Namesake.PolicyService;

/// <summary>The finding as a header field. RFC 8601 §2.2</summary>
/// <remarks>Only iprev stands in it (§2.7.3): no method is registered for the EHLO name, and what reads such fields need not know one of ours. What the policy made of it, the
/// EHLO name's part included, is the method's reason, in a vocabulary that doesn't change: "strict misaligned PT-04".</remarks>
public static class ResultsHeader
{
    public const string Field = "Authentication-Results";

    public static string Value(string server, IdentityPolicy policy, ClientReport report, Verdict verdict, CheckResult? cause)
    {
        ArgumentNullException.ThrowIfNull(report);
        var result = report.Reverse.ToString().ToLowerInvariant();
        // A colon needs quotes. RFC 2045 §5.1
        var address = report.Address.AddressFamily == AddressFamily.InterNetwork ? report.Address.ToString() : $"\"{report.Address}\"";
        var judged = policy == IdentityPolicy.Forward ? "forward" : "strict";
        var why = verdict == Verdict.Aligned || cause is null ? "" : $" {cause.Check}";
        // Only a name that parsed: what else was said could end the comment.
        var ehlo = report.Name is { } name ? $"EHLO {name}" : "EHLO is no host name";
        return $"{server}; iprev={result} reason=\"{judged} {verdict.ToString().ToLowerInvariant()}{why}\" policy.iprev={address} ({ehlo})";
    }
}
