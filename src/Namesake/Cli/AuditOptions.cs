using System.CommandLine;
using Namesake.Auditing;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;

namespace Namesake.Cli;

/// <summary>The options of `check` about more than address and name.</summary>
internal sealed class AuditOptions
{
    private readonly Option<string[]> _from = new("--from") { HelpName = "DOMAIN", Description = "A domain mail is sent under, in From: its SPF, DKIM and DMARC are checked too; may be given several times." };
    private readonly Option<string?> _returnPath = new("--return-path") { HelpName = "DOMAIN", Description = "The domain of the envelope sender, where it is another than that of --from." };
    private readonly Option<string[]> _selector = new("--selector") { HelpName = "NAME", Description = "A DKIM selector of the domain; may be given several times." };
    private readonly Option<string[]> _list = new("--list") { HelpName = "ZONE", Description = "A DNS list to ask about address and name, such as zen.spamhaus.org; each has terms of use. None by default; may be given several times." };
    private readonly Option<bool> _registry = new("--registry") { Description = "Asks the registry (RDAP) for the abuse contact of the address." };
    private readonly Option<bool> _inbound = new("--inbound") { Description = "Connects to the address's port 25: its greeting, its certificate." };
    private readonly Option<bool> _relaying = new("--try-relaying") { Description = "Tries there whether it relays for strangers, up to RCPT; leaves refusals in its log. Only on servers of your own." };
    private readonly Option<bool> _mailboxes = new("--mailboxes") { Description = "Asks the domains' mail hosts whether they take bounces and mail to postmaster and abuse, up to RCPT." };
    private readonly Option<bool> _page = new("--page") { Description = "Looks for a page of the operator with contact data at the EHLO name's domain." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _from, _returnPath, _selector, _list, _registry, _inbound, _relaying, _mailboxes, _page })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var domains = result.GetValue(_from) ?? [];
            foreach (var domain in domains.Append(result.GetValue(_returnPath) ?? "").Where(domain => domain.Length > 0))
                if (!DomainName.TryParse(domain, out _, out var error))
                    result.AddError($"\"{domain}\" is no domain: {error}");
            foreach (var zone in result.GetValue(_list) ?? [])
                if (!DomainName.TryParse(zone, out var name, out var error))
                    result.AddError($"--list \"{zone}\" is no zone: {error}");
                else if (KnownLists.Find(name) is null)
                    result.AddError($"--list {zone}: its answers would have to be guessed. Those that can be read: {string.Join(", ", KnownLists.All.Select(list => list.Zone))}");
            if (domains.Length == 0 && (result.GetValue(_returnPath) is not null || result.GetValue(_selector) is { Length: > 0 }))
                result.AddError("--return-path and --selector need --from DOMAIN");
            foreach (var selector in result.GetValue(_selector) ?? [])
                if (!DomainName.TryParse($"{selector}._domainkey.example.org", out _, out _))
                    result.AddError($"--selector \"{selector}\" makes no DNS name");
        });
    }

    public AuditWish Read(ParseResult parsed) => new()
    {
        Inbound = parsed.GetValue(_inbound) || parsed.GetValue(_relaying),
        TryRelaying = parsed.GetValue(_relaying),
        Mailboxes = parsed.GetValue(_mailboxes),
        Page = parsed.GetValue(_page),
        Registry = parsed.GetValue(_registry),
        Lists = [.. (parsed.GetValue(_list) ?? []).Select(zone => KnownLists.Find(DomainName.Parse(zone))!).Distinct()],
    };

    /// <summary>What the options say about the identity.</summary>
    public IdentityFacts About(ParseResult parsed, IdentityFacts facts)
    {
        var returnPath = parsed.GetValue(_returnPath) is { } text ? DomainName.Parse(text) : null;
        return facts with
        {
            Senders =
            [
                .. (parsed.GetValue(_from) ?? []).Select(DomainName.Parse).Distinct().Select(domain => new SenderIdentity
                {
                    From = domain,
                    ReturnPath = returnPath ?? domain,
                    Keys = [.. (parsed.GetValue(_selector) ?? []).Select(selector => SenderKey.Named(domain, selector)).OfType<SenderKey>()],
                }),
            ],
        };
    }
}
