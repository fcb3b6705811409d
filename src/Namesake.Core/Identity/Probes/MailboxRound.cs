using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Asks mail hosts about mailboxes of ours: the bounce address of each return path, postmaster and abuse of the operator's domain.</summary>
internal sealed class MailboxRound(Look look, IMailboxProbe port)
{
    private const int SmtpPort = 25;

    /// <summary>Hosts tried until one says something definite.</summary>
    public const int MostHosts = 3;

    public async Task<AuthenticationFacts> AskAsync(AuthenticationFacts seen, IReadOnlyList<SenderIdentity> senders)
    {
        var routes = seen.ReturnPaths;
        foreach (var sender in senders.DistinctBy(sender => sender.ReturnPath))
            if (routes.TryGetValue(sender.ReturnPath.Value, out var route) && await AskAsync($"{sender.BounceLocalPart}@{sender.ReturnPath}", route) is { } answer)
                routes = routes.SetItem(sender.ReturnPath.Value, route with { Answer = answer });

        if (AuthenticationProbe.OperatorDomain(look.Basis) is not { } domain)
            return seen with { ReturnPaths = routes };
        var operators = await look.RouteAsync(domain);
        var mailboxes = ImmutableDictionary.CreateBuilder<string, MailboxAnswer>();
        foreach (var mailbox in new[] { $"postmaster@{domain}", $"abuse@{domain}" }) // RFC 2142 §4, §5
            mailboxes[mailbox] = await AskAsync(mailbox, operators) ?? new MailboxAnswer(MailboxVerdict.Refused, $"{domain} has no host that takes mail");
        return seen with { ReturnPaths = routes, Mailboxes = mailboxes.ToImmutable() };
    }

    /// <returns>Null: DNS says that the domain takes no mail.</returns>
    private async Task<MailboxAnswer?> AskAsync(string address, MailRouteFacts route)
    {
        if (!Mailbox.TryParse(address, allowUtf8: false, out var mailbox, out var fault))
            return new MailboxAnswer(MailboxVerdict.Unknown, $"{address}: {fault}");
        if (Hosts(mailbox.Domain, route) is not { } hosts)
            return new MailboxAnswer(MailboxVerdict.Unknown, "DNS does not say where its mail goes");
        if (hosts.Count == 0)
            return null;
        var last = new MailboxAnswer(MailboxVerdict.Unknown, $"none of {string.Join(", ", hosts)} has an address that {look.Basis.Source.LocalAddress} could reach");
        foreach (var (host, preference) in hosts.Select((host, index) => (host, index)))
        {
            if (await HopAsync(host, preference) is not { } hop)
                continue;
            last = await port.AskAsync(look.Basis.Source, hop, mailbox, look.Cancellation);
            if (last.Verdict != MailboxVerdict.Unknown)
                break;
        }
        return last;
    }

    /// <summary>Null: unknown. Empty: none.</summary>
    private static List<DomainName>? Hosts(DomainName domain, MailRouteFacts route)
    {
        if (!route.Exchangers.IsDefinite)
            return null;
        var records = route.Exchangers.Voices.SelectMany(voice => voice.Records.OfType<MXRecord>()).OrderBy(record => record.Preference).ToList();
        if (records.Count > 0)
            return [.. records.Select(record => record.Exchange).OfType<DomainName>().Distinct().Take(MostHosts)];
        return route.Address is { IsDefinite: true } address ? address.Addresses.Any() ? [domain] : [] : null;
    }

    /// <summary>An address of the source's family that may be dialled: a record in DNS must not lead us into our own network.</summary>
    private async Task<NextHop?> HopAsync(DomainName host, int preference)
    {
        var type = look.Basis.Source.Family.RecordType();
        var address = (await look.AskAsync(host, type)).Addresses.FirstOrDefault(
            address => SpecialAddresses.IsPublic(address) || look.Basis.TreatAsPublic.Any(range => range.Contains(address)));
        return address is null ? null : new NextHop(host.Value, address, SmtpPort, preference);
    }
}
