using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Clients;

/// <summary>The identity check from the receiver's side: a stranger's address and the name it said.</summary>
/// <remarks>1. Our own resolver is asked, as every receiver does it. 2. Only when that would refuse the client, the zones' own servers are asked past all memory, and their word
/// counts: a record that was put right an hour ago must not be refused because of what a resolver remembers.</remarks>
public static class ClientAudit
{
    private static readonly string[] Rules = ["PT-01", "PT-02", "PT-03", "EH-04", "EH-05", "PT-04"];

    // Stands where a check of the reverse side wants a name for its advice; what it says of the name is not kept.
    private static readonly HostName Nameless = HostName.Parse("nameless.invalid");

    /// <param name="ehlo">As said, whatever it is.</param>
    /// <param name="policy">Decides what is confirmed: what is no fault under it isn't asked twice.</param>
    public static async Task<ClientReport> CheckAsync(IPAddress address, string ehlo, IdentityPolicy policy, IDnsLookup dns, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(ehlo);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var report = await LookAsync(address, ehlo, new ResolverWord(dns, time), cancellation); // 1.
        return report.CauseUnder(policy) is { IsBad: true, Check: not ("EH-02" or "EH-03") } ? await LookAsync(address, ehlo, dns, cancellation) : report; // 2.
    }

    private static async Task<ClientReport> LookAsync(IPAddress address, string ehlo, IDnsLookup dns, CancellationToken cancellation)
    {
        var isNamed = HostName.TryParse(ehlo, out var name, out var fault);
        var seen = isNamed ? await new IdentityProbe(dns).LookAsync(address, name!, cancellation) : await new IdentityProbe(dns).LookBackAsync(address, cancellation);
        var source = new Source { Id = new SourceId("client"), LocalAddress = address, PublicAddress = address, Ehlo = name ?? Nameless };
        var facts = new IdentityFacts { Source = source, Pool = [source], Dns = seen };
        var results = Rules.Where(rule => isNamed || ClientReport.IsReverse(rule)).Select(rule => IdentityChecks.Find(rule)!.Judge(facts)).Where(result => result.Outcome != CheckOutcome.NotApplicable);
        if (!isNamed)
            results = results.Append(Unnamable(fault!));
        return new ClientReport(address, ehlo, name, seen.Pointer.Owner, [.. seen.Pointer.Pointers.Select(pointer => pointer.Target)], [.. results]);
    }

    private static CheckResult Unnamable(string fault) =>
        new(fault[..5], CheckOutcome.Bad, fault[7..], "a fully qualified host name of the public DNS", "Say the name of the host, the one its PTR record gives");
}
