using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Cli;

/// <summary>One identity to look at: an address and the name said from it. Where one of them was not given, DNS is asked for it.</summary>
/// <param name="Answer">The whole answer, where there is nothing to look at: the name has no address, or the address no name.</param>
internal sealed record CheckSubject(IPAddress? Address, string? Ehlo, AuditReport? Answer = null)
{
    /// <summary>Addresses of one name that are looked at; more is a content network, not a mail server.</summary>
    private const int MostAddresses = 16;

    public static async Task<IReadOnlyList<CheckSubject>> FindAsync(IReadOnlyList<IPAddress> addresses, string? ehlo, IDnsLookup dns, CancellationToken cancellation)
    {
        if (addresses.Count == 0)
            return await OfNameAsync(ehlo!, dns, cancellation);
        if (ehlo is not null)
            return [.. addresses.Distinct().Select(address => new CheckSubject(address, ehlo))];
        return await Task.WhenAll(addresses.Distinct().Select(address => OfAddressAsync(address, dns, cancellation)));
    }

    private static async Task<IReadOnlyList<CheckSubject>> OfNameAsync(string ehlo, IDnsLookup dns, CancellationToken cancellation)
    {
        // A name that no receiver takes has nothing to be looked up: that is the finding.
        if (!HostName.TryParse(ehlo, out var name, out _))
            return [new(IPAddress.None, ehlo)];
        var answers = await Task.WhenAll(dns.AskFreshAsync(name, RecordType.A, cancellation), dns.AskFreshAsync(name, RecordType.Aaaa, cancellation));
        var found = answers.SelectMany(answer => answer.Addresses.OrderBy(address => new BigInteger(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true))).Distinct().Take(MostAddresses).Select(address => new CheckSubject(address, ehlo)).ToList();
        if (found.Count > 0)
            return found;
        var unknown = answers.FirstOrDefault(answer => !answer.IsDefinite);
        return
        [
            new(null, ehlo, Nothing(null, ehlo, "EH-04", unknown is null ? $"{name} {(answers[0].Outcome == DnsOutcome.NameError ? "does not exist" : "has no A and no AAAA record")}" : Silence(unknown),
                $"an A or AAAA record of {name}", $"Add an address record for {name}, or say which address it is used from: --ip ADDRESS", unknown is not null)),
        ];
    }

    private static async Task<CheckSubject> OfAddressAsync(IPAddress address, IDnsLookup dns, CancellationToken cancellation)
    {
        var answer = await dns.AskFreshAsync(ReverseName.Of(address), RecordType.Ptr, cancellation);
        var names = answer.Pointers.Select(pointer => pointer.Name).OfType<DomainName>().Take(MostAddresses).ToList();
        if (names.Count == 0)
        {
            return new(address, null, Nothing(address, "", address.AddressFamily == AddressFamily.InterNetwork ? "PT-01" : "PT-02",
                answer.IsDefinite ? $"{address} has no PTR record" : Silence(answer), $"a PTR record of {ReverseName.Of(address)}. that gives the name said in EHLO",
                "Add a PTR record (the reverse zone belongs to whoever gave you the address), or say which name is used: --ehlo NAME", !answer.IsDefinite));
        }

        var type = address.RecordType();
        foreach (var name in names)
            if ((await dns.AskFreshAsync(name, type, cancellation)).Addresses.Contains(address))
                return new(address, name.Value);
        return new(address, names[0].Value);
    }

    private static string Silence(DnsAnswer answer) => $"{answer.Type.Word()} of {answer.Name}: {answer.Server} {answer.Outcome.Words()}";

    private static AuditReport Nothing(IPAddress? address, string ehlo, string check, string seen, string expected, string fix, bool unknown) => new(
        address ?? IPAddress.None, ehlo, IdentityPolicy.Strict, unknown ? Verdict.Unknown : Verdict.Misaligned,
        [new Finding(check, unknown ? FindingSeverity.Info : FindingSeverity.Hold, seen, expected, unknown ? "Nothing is known to be wrong. See that the resolver and the zone's name servers answer, over UDP and TCP; --resolver HOST:PORT asks another resolver" : fix, TimeProvider.System.GetUtcNow(), IsUnknown: unknown)],
        [new CheckResult(check, unknown ? CheckOutcome.Unknown : CheckOutcome.Bad, seen, expected, unknown ? "" : fix)]);
}
