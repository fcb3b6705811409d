using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Clients;

/// <summary>What one look at a client found: who it says it is, and what DNS says to that. The verdict depends on the policy it is read under.</summary>
/// <remarks>The two policies are kept apart: <c>forward</c> is about the address alone (PT-01 or PT-02, and PT-03), which is all that most receivers ask for; what the EHLO name
/// adds belongs to <c>strict</c>. A fault of one is never told as a fault of the other.</remarks>
/// <param name="Ehlo">As said, an upper case or a final dot included.</param>
/// <param name="Name">Null when what was said can't be the name of a host.</param>
/// <param name="PointerOwner">Where the PTR record stands or should stand: behind the CNAMEs of a classless reverse zone (RFC 2317) it is another name than the address's own.</param>
/// <param name="Pointers">The PTR names found, as they were written: any octets may be in them.</param>
/// <param name="Results">The reverse side first: the first that is bad names the cause.</param>
public sealed record ClientReport(
    IPAddress Address, string Ehlo, HostName? Name, DomainName PointerOwner, ImmutableArray<string> Pointers, ImmutableArray<CheckResult> Results)
{
    /// <summary>Nothing could be asked, for a reason of our own.</summary>
    public static ClientReport Unanswered(IPAddress address, string ehlo, string why)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new(address, ehlo, HostName.TryParse(ehlo, out var name, out _) ? name : null, ReverseName.Of(address), [], [new CheckResult(PointerCheck(address), CheckOutcome.Unknown, why, "", "")]);
    }

    /// <remarks>Aligned needs the way back to have been seen; what nobody could tell is unknown, and what isn't unknown was answered.</remarks>
    public Verdict VerdictUnder(IdentityPolicy policy) => CauseUnder(policy) switch
    {
        { IsBad: true } => Verdict.Misaligned,
        null when Results.Any(result => result is { Check: "PT-03", Outcome: CheckOutcome.Pass }) => Verdict.Aligned,
        _ => Verdict.Unknown,
    };

    /// <summary>What stands against the client: the first that is bad, else the first that could not be told; null when nothing does.</summary>
    /// <param name="policy">Observe looks with the eyes of strict.</param>
    public CheckResult? CauseUnder(IdentityPolicy policy)
    {
        var relevant = Results.Where(result => policy != IdentityPolicy.Forward || IsReverse(result.Check));
        return relevant.FirstOrDefault(result => result.IsBad) ?? relevant.FirstOrDefault(result => result.Outcome == CheckOutcome.Unknown);
    }

    public IPRevResult Reverse
    {
        get
        {
            var reverse = Results.Where(result => IsReverse(result.Check)).ToList();
            return reverse switch
            {
                _ when reverse.Any(result => result is { Check: "PT-03", Outcome: CheckOutcome.Pass }) => IPRevResult.Pass,
                _ when reverse.FirstOrDefault(result => result.IsBad) is { } bad => bad.Check == "PT-03" ? IPRevResult.Fail : IPRevResult.PermError,
                _ => IPRevResult.TempError,
            };
        }
    }

    /// <summary>The least TTL of all that was answered, absences by their negative TTL (RFC 2308); null when nothing was.</summary>
    public TimeSpan? Ttl => Results.Where(result => result.Outcome is CheckOutcome.Pass or CheckOutcome.Bad && result.Check is not ("EH-02" or "EH-03")).Select(result => (TimeSpan?)result.Ttl).Min();

    /// <summary>Whether a check is about the address alone.</summary>
    public static bool IsReverse(string check) => check is "PT-01" or "PT-02" or "PT-03";

    internal static string PointerCheck(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "PT-01" : "PT-02";
}
