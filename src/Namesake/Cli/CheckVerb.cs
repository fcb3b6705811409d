using System.CommandLine;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Network.Dns;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake check: does this address agree with this name, as receivers see it. Needs no relay and no configuration.</summary>
internal static class CheckVerb
{
    private static readonly string[] Policies = [.. Enum.GetNames<IdentityPolicy>().Select(name => name.ToLowerInvariant())];

    public static Command Create(Terminal terminal)
    {
        var ip = new Option<string>("--ip") { HelpName = "ADDRESS", Required = true, Description = "The address receivers see, IPv4 or IPv6." };
        var ehlo = new Option<string>("--ehlo") { HelpName = "NAME", Required = true, Description = "The name said in EHLO." };
        var policy = new Option<string>("--policy")
        {
            HelpName = "POLICY", DefaultValueFactory = _ => "strict",
            Description = "strict: PTR = EHLO and forward-confirmed; forward: forward-confirmed only, the receivers' common rule; observe: tells, holds nothing. Default strict.",
        };
        policy.AcceptOnlyFromAmong(Policies);
        var resolver = new Option<string[]>("--resolver") { HelpName = "HOST:PORT", Description = "Asked instead of the system's resolvers; may be given several times. Port 53 if none." };
        var command = new Command("check", "Whether an address and an EHLO name agree, as receivers see it, and how to put it right. Ends with 0 aligned, 1 misaligned, 2 unknown.")
        {
            ip, ehlo, policy, resolver, RelayOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(ip) is { } text && ParseAddress(text) is null)
                result.AddError($"--ip \"{text}\" is no IP address");
            if (result.GetValue(ehlo) is "")
                result.AddError("--ehlo is empty");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var resolvers = await Resolvers.ParseAsync(parsed.GetValue(resolver) ?? [], cancellation);
            using var dns = new Resolver(new ResolverSettings { Resolvers = resolvers }, TimeProvider.System);
            var report = await IdentityAudit.CheckAsync(ParseAddress(parsed.GetRequiredValue(ip))!, parsed.GetRequiredValue(ehlo),
                Enum.Parse<IdentityPolicy>(parsed.GetRequiredValue(policy), ignoreCase: true), dns, [], TimeProvider.System, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(CheckReport.Of(report), CliJson.Default.CheckReport));
            else
                Show(terminal, report);
            return report.Verdict switch { Verdict.Aligned => ExitCode.Ok, Verdict.Misaligned => ExitCode.Negative, _ => ExitCode.Unknown };
        });
        return command;
    }

    private static void Show(Terminal terminal, AuditReport report)
    {
        var verdict = report.Verdict.ToString().ToLowerInvariant();
        terminal.Write(Tables.Facts(
            ("address", Tables.Cell(report.Address.ToString())),
            ("EHLO", Tables.Cell(report.Ehlo)),
            ("policy", Tables.Cell(report.Policy.ToString().ToLowerInvariant())),
            ("verdict", Tables.Verdict(verdict, held: false))));
        FindingTables.Show(terminal, report.Findings);
        if (report.Findings.IsEmpty)
            terminal.Write(Tables.Cell("\nThe address, its PTR and the name agree, and the name leads back to the address.\n", Color.Green));
    }

    /// <summary>Only what people write: "1" and "0x7f.1" are addresses to the C library and typing errors here. A zone (%eth0) is nothing the outside sees.</summary>
    private static IPAddress? ParseAddress(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text) ? address : null;
}
