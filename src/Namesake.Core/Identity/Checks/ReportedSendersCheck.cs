using System.Net;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-11: by what receivers report, the brand's mail leaves from declared addresses and no others.</summary>
/// <remarks>Reports also name forgers (nothing passes), forwarders (the signature passes, SPF doesn't) and other services the domain lets send (mostly no signature of ours). What leaves
/// here unseen passes by both, as our own mail does: with our return path, by an address that SPF names, signed by our key.</remarks>
public sealed class ReportedSendersCheck() : SenderCheck(new CheckCard("AU-11", CheckKind.Outside)
{
    Title = "reports name only declared addresses as senders of the brand's mail",
    Severity = FindingSeverity.Fail, Scope = CheckScope.Brand, When = CheckMoments.Reply,
    Evidence = "DMARC aggregate reports, feedback reports (ARF), and our own reports about TLS, as they are handed to the relay", EnforcedBy = "nobody; it shows mail of ours that leaves by another way",
    Fix = FixKind.Configuration | FixKind.Firewall, Remedy = "Declare the address as a source of the brand, or bring the mail back to the declared ones", Article = "reported-addresses",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication?.Reports is not { } reports)
            return NotObservable("no report was read within 30 days: hand them to the relay (namesake reports read)");
        var rows = reports.Senders.Where(row => IsOurs(facts, row)).ToList();
        if (rows.Count == 0)
            return NotObservable("no report speaks of a domain of this source");
        var declared = reports.Declared.Append(facts.Source.PublicAddress).Select(Plain).ToHashSet();
        var foreign = rows.Where(row => !declared.Contains(Plain(row.Address)) && IsFromHere(facts, row)).GroupBy(row => Plain(row.Address)).ToList();
        var expected = $"only declared addresses: {string.Join(", ", declared.OrderBy(address => address.ToString(), StringComparer.Ordinal).Take(10))}";
        if (foreign.Count == 0)
            return Pass($"{rows.Sum(row => row.Messages)} messages reported since {reports.Since:yyyy-MM-dd}, none of ours from elsewhere", expected);
        return Join([.. foreign.Select(group => new SenderPart(CheckOutcome.Bad,
            $"{group.Key}: {group.Sum(row => row.Messages)} messages of {string.Join(", ", group.Select(row => row.Domain).Distinct())} (reported by {string.Join(", ", group.Select(row => row.Reporter).Distinct().Take(3))})",
            expected, $"Declare {group.Key} as the public address of a source, or find what sends from there: another way out of the translation, a second relay, or a copy of the key"))]);
    }

    private static bool IsOurs(IdentityFacts facts, ReportedSender row) => row.Kind != ReportKind.Tls
        ? facts.Senders.Any(sender => !sender.IsForForwarding && row.Domain == sender.From)
        : OwnDomains(facts).Any(domain => row.Reporter.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase) || row.Reporter.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));

    private static bool IsFromHere(IdentityFacts facts, ReportedSender row)
    {
        if (row.Kind == ReportKind.Tls)
            return true; // we wrote it ourselves
        var selectors = facts.Senders.Where(sender => sender.From == row.Domain).SelectMany(sender => sender.Keys).Select(key => key.Selector).ToList();
        // Where the report tells the selectors, one of ours must be among them.
        return row is { SpfInLine: true, DkimInLine: true } && (row.Selectors.IsEmpty || selectors.Count == 0 || row.Selectors.Any(selectors.Contains));
    }

    private static IEnumerable<string> OwnDomains(IdentityFacts facts) =>
        facts.Senders.Select(sender => RegistrableDomain.Of(sender.From.Value)).Append(RegistrableDomain.Of(facts.Source.Ehlo.Value)).Distinct();

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
