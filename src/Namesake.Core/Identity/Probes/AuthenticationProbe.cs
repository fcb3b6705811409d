using Namesake.Core.Dns;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks at what DNS says about the domains a source sends for: 1. SPF of return paths and EHLO name, 2. DKIM keys, 3. DMARC, 4. where bounces go.
/// 5. and 6. Mailboxes and the operator's page are asked about only where their ports are given.</summary>
/// <param name="mailboxes">Null: no mail host is spoken to.</param>
/// <param name="pages">Null: no web page is looked at.</param>
public sealed class AuthenticationProbe(IDnsLookup dns, TimeProvider time, IMailboxProbe? mailboxes = null, IOperatorPageProbe? pages = null) : IFactProbe
{
    /// <summary>Sender identities that are looked at for one source; what is beyond shows as not looked at. A source of hundreds of brands must not ask thousands of questions.</summary>
    public const int MostSenders = 50;

    public string Name => "SPF, DKIM and DMARC";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var look = new Look(new RememberedLookup(dns), basis, time, cancellation);
        var senders = basis.Senders.Take(MostSenders).ToList();
        var ehlo = basis.Source.Ehlo.Domain;

        var spf = Look.ForEachAsync(senders.Select(sender => sender.ReturnPath).Append(ehlo), look.SpfAsync); // 1.
        var keys = Look.ForEachAsync(senders.SelectMany(sender => sender.Keys).Select(key => key.RecordName), name => look.WeighAsync(name, RecordType.Txt)); // 2.
        var dmarc = Look.ForEachAsync(
            senders.Where(sender => !sender.IsForForwarding).SelectMany(sender => sender.Keys.Select(key => key.Domain).Append(sender.From).Append(sender.ReturnPath)), look.DmarcAsync); // 3.
        var routes = Look.ForEachAsync(senders.Select(sender => sender.ReturnPath), look.RouteAsync); // 4.
        var seen = new AuthenticationFacts { Spf = await spf, Keys = await keys, Dmarc = await dmarc, ReturnPaths = await routes };

        if (mailboxes is not null)
            seen = await new MailboxRound(look, mailboxes).AskAsync(seen, senders); // 5.
        if (pages is not null && OperatorDomain(basis) is { } domain)
            seen = seen with { Page = await pages.LookAsync(domain, cancellation) }; // 6.
        return facts => facts with { Authentication = seen with { Output = facts.Authentication?.Output, Reports = facts.Authentication?.Reports } };
    }

    /// <summary>Whose mailboxes and page answer for the EHLO name. RFC 2142 §4 wants them at the organisation's domain.</summary>
    internal static DomainName? OperatorDomain(IdentityFacts facts) => DomainName.TryParse(RegistrableDomain.Of(facts.Source.Ehlo.Value), out var domain, out _) ? domain : null;
}
