using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using Namesake.Auditing;
using Namesake.Core.Identity;
using Namesake.Network.Dns;
using Namesake.Web.Audits;

namespace Namesake.Cli;

/// <summary>namesake check: do these addresses agree with this name, as receivers see it. Needs no relay and no configuration.</summary>
internal static class CheckVerb
{
    private static readonly string[] Policies = [.. Enum.GetNames<IdentityPolicy>().Select(name => name.ToLowerInvariant())];

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "A name said in EHLO, whose addresses are checked, or an address, whose PTR name is." };
        var ip = new Option<string[]>("--ip") { HelpName = "ADDRESS", Description = "The address receivers see, IPv4 or IPv6; may be given several times. Default: every address of the name." };
        var ehlo = new Option<string?>("--ehlo") { HelpName = "NAME", Description = "The name said in EHLO. Default: the name the address's PTR gives." };
        var policy = new Option<string>("--policy")
        {
            HelpName = "POLICY", DefaultValueFactory = _ => "strict",
            Description = "strict: PTR = EHLO and forward-confirmed; forward: forward-confirmed only, the receivers' common rule; observe: tells, holds nothing. Default strict.",
        };
        policy.AcceptOnlyFromAmong(Policies);
        var strict = new Option<bool>("--strict") { Description = "The same as --policy strict." };
        var resolver = new Option<string[]>("--resolver") { HelpName = "HOST:PORT", Description = "Asked instead of the system's resolvers; may be given several times. Port 53 if none." };
        var looks = AuditLooks.Option();
        var html = AuditPage.Option();
        var more = new AuditOptions();
        var command = new Command("check", "Whether an address and an EHLO name agree, as receivers see it, and how to put it right. Ends with 0 aligned, 1 misaligned, 2 unknown.")
        {
            name, ip, ehlo, policy, strict, resolver, looks, html, RelayOptions.Json,
        };
        more.AddTo(command);
        command.Validators.Add(result =>
        {
            foreach (var text in result.GetValue(ip) ?? [])
                if (ParseAddress(text) is null)
                    result.AddError($"--ip \"{text}\" is no IP address");
            if (result.GetValue(ehlo) is "" || result.GetValue(name) is "")
                result.AddError("the name is empty");
            if (result.GetValue(strict) && result.GetResult(policy) is { Implicit: false } && result.GetValue(policy) != "strict")
                result.AddError("--strict and --policy name different policies");
            if (result.GetValue(name) is null && result.GetValue(ehlo) is null && result.GetValue(ip) is null or [])
                result.AddError("check needs a name or an address: namesake check mail.example.org, or --ip ADDRESS --ehlo NAME");
            if (result.GetValue(name) is { } given && ParseAddress(given) is null && result.GetValue(ehlo) is { } other && !string.Equals(given, other, StringComparison.OrdinalIgnoreCase))
                result.AddError($"two names: {given} and --ehlo {other}");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var resolvers = await Resolvers.ParseAsync(parsed.GetValue(resolver) ?? [], cancellation);
            var settings = new ResolverSettings { Resolvers = resolvers };
            using var dns = new Resolver(settings, TimeProvider.System);
            var given = parsed.GetValue(name);
            var addresses = (parsed.GetValue(ip) ?? []).Select(text => ParseAddress(text)!).ToList();
            if (given is not null && ParseAddress(given) is { } address)
                addresses.Insert(0, address);
            var subjects = await CheckSubject.FindAsync(addresses, parsed.GetValue(ehlo) ?? (given is not null && ParseAddress(given) is null ? given : null), dns, cancellation);
            IProgress<string>? bar = null;
            var wish = more.Read(parsed) with { Looks = parsed.GetValue(looks) };
            using var probes = AuditProbes.ForAnybody(wish, dns, TimeProvider.System, look => bar?.Report($"name servers, look {look} of {wish.Looks}"));
            var auditor = new Auditor(dns, probes.All, TimeProvider.System);
            var chosen = Enum.Parse<IdentityPolicy>(parsed.GetRequiredValue(policy), ignoreCase: true);
            var people = !parsed.GetValue(RelayOptions.Json);
            var identities = await WorkProgress.ShowAsync(terminal, people, subjects.Count * (auditor.Steps + wish.Looks - 1), async progress =>
            {
                bar = progress;
                var made = ImmutableArray.CreateBuilder<AuditView>();
                foreach (var one in subjects)
                    made.Add(AuditView.Of(one.Answer ?? await IdentityAudit.CheckAsync(one.Address!, one.Ehlo!, chosen, auditor, facts => more.About(parsed, facts), TimeProvider.System, progress, cancellation)));
                return made.ToImmutable();
            });
            return AuditTables.Report(terminal, people, identities, parsed.GetValue(html), $"Identity of {given ?? parsed.GetValue(ehlo) ?? addresses[0].ToString()}");
        });
        return command;
    }

    /// <summary>Only what people write: "1" and "0x7f.1" are addresses to the C library and typing errors here. A zone (%eth0) is nothing the outside sees.</summary>
    private static IPAddress? ParseAddress(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text) ? address : null;
}
