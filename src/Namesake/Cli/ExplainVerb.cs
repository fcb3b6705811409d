using System.CommandLine;
using System.Globalization;
using Namesake.Protocol.Addresses;
using Namesake.Web;
using Namesake.Web.Explain;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>namesake explain: what would happen to a message, and why, before anything is sent.</summary>
internal static class ExplainVerb
{
    public static Command Create(Terminal terminal)
    {
        var from = new Option<string>("--from") { HelpName = "ADDRESS", Required = true, Description = "The envelope sender." };
        var to = new Option<string>("--to") { HelpName = "ADDRESS", Required = true, Description = "The recipient." };
        var listener = new Option<string>("--listener") { HelpName = "ADDRESS", Description = "The listener it would come to, as in the configuration: 10.0.0.1:587. Its brand is a signal." };
        var user = new Option<string>("--user") { HelpName = "NAME", Description = "Who would log in. The login's brand is a signal." };
        var command = new Command("explain", "What would happen to mail between two addresses, and why; nothing is sent. Ends with 0 when it would leave at once, else with 1.") { from, to, listener, user };
        command.Validators.Add(result =>
        {
            foreach (var option in new[] { from, to })
                if (result.GetValue(option) is { } text && !Mailbox.TryParse(text, allowUtf8: true, out _, out var error))
                    result.AddError($"{option.Name} \"{text}\": {error}");
        });
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var path = $"api/v1/explain?from={Uri.EscapeDataString(parsed.GetRequiredValue(from))}&to={Uri.EscapeDataString(parsed.GetRequiredValue(to))}";
            foreach (var option in new[] { listener, user })
                if (parsed.GetValue(option) is { Length: > 0 } given)
                    path += $"&{option.Name[2..]}={Uri.EscapeDataString(given)}";
            var answer = await relay.GetAsync(path, ApiJson.Default.ExplanationView, cancellation);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(answer.Document);
            else
                Show(terminal, answer.Value);
            return answer.Value.Fate == "leaves" ? ExitCode.Ok : ExitCode.Negative;
        });
    }

    private static void Show(Terminal terminal, ExplanationView told)
    {
        terminal.Write(Tables.Facts(
            ("from", Tables.Cell(told.From)),
            ("leaves as", told.Sender is { } sender && sender != told.From ? Tables.Cell(sender) : null),
            ("to", Tables.Cell(told.To)),
            ("brand", Tables.Cell(told.Brand is null ? $"none: {told.BrandReason}" : $"{told.Brand}: {told.BrandReason}")),
            ("reseller", told.Reseller is null ? null : Tables.Cell(told.Reseller)),
            ("may hand in", told.Limits is { HandingIn: { IsEmpty: false } handing } ? Tables.Cell(string.Join("; ", handing.Select(one => $"{one.Whose}: {SendingLimitsText.Of(one.Limits)}"))) : null),
            ("policy", told.Policy is null ? null : Tables.Cell(told.Policy)),
            ("source", told.Source is { } source ? Tables.Cell($"{source.Id}: {told.SourceReason}") : Tables.Cell(told.SourceReason)),
            ("address", told.Source is { } own ? Tables.Cell(own.LocalAddress == own.PublicAddress ? own.PublicAddress : $"{own.LocalAddress}, seen as {own.PublicAddress}") : null),
            ("EHLO", told.Source is { } named ? Tables.Cell(named.Ehlo) : null),
            ("route", told.Route is { } route ? Tables.Cell($"{route.How}, site {route.Site}, identity {route.Identity}") : null),
            ("hosts", told.Route is { } way ? Tables.Cell(string.Join(", ", way.Hosts.Take(4)) + (way.Hosts.Length > 4 ? $" and {way.Hosts.Length - 4} more" : "")) : null),
            ("lane", told.Lane is { } lane ? Tables.Cell($"{Tables.Count(lane.Sessions, "connection")}, {lane.Waiting} waiting" + (lane.Rest is { } rest ? $", rests until {Tables.Time(rest.Until)}: {rest.Reason}" : "")) : null),
            ("DKIM", told.Brand is null ? null : Tables.Cell(told.Unsigned is { } unsigned ? $"not signed: {unsigned}" : string.Join("; ", told.Signatures.Select(Signature)))),
            ("limits", told.Limits is { } limits ? Tables.Cell(Limits(limits)) : null)));
        if (told.Candidates.Length > 1)
            Candidates(terminal, told);
        terminal.Line();
        terminal.Write(Tables.Facts(
            ("now", Tables.Cell(told.Outcome, told.Fate switch { "leaves" => Color.Green, "waits" => Color.Yellow, _ => Color.Red })),
            ("to change it", told.Remedy is { } remedy ? Tables.Cell(remedy) : null)));
    }

    private static string Signature(SignatureView signature) => $"d={signature.Domain} s={signature.Selector} ({signature.Algorithm}), key at {signature.Record}";

    private static void Candidates(Terminal terminal, ExplanationView told)
    {
        terminal.Line();
        var table = Tables.New("source", "address", "EHLO", "verdict", "share#", "why not");
        foreach (var candidate in told.Candidates)
            table.AddRow(Tables.Cell(candidate.Id), Tables.Cell(candidate.PublicAddress), Tables.Cell(candidate.Ehlo), Tables.Verdict(candidate.Verdict, candidate.Hold is not null),
                Tables.Cell(candidate.Share.ToString("P0", CultureInfo.InvariantCulture)), Tables.Cell(candidate.FamilyMissing ? "the receiver has no address of its family" : candidate.Hold?.Text ?? (candidate.Retiring ? "it is retiring and takes no new mail" : candidate.Reaches ? null : "nobody answers over its family, or only a backup host has it")));
        terminal.Write(table);
    }

    private static string Limits(LimitsView limits) =>
        $"{(limits.Connections is { } connections ? $"{connections} connections at once, " : "")}{(limits.ConnectionsInAll is { } all ? $"{all} of all sources together, " : "")}{(limits.MessagesPerConnection is { } each ? $"{each} messages on each, " : "")}"
        + $"{(limits.MessagesPerMinute is { } rate ? $"{rate} messages a minute, " : "")}{(limits.MessagesPerMinuteInAll is { } rateInAll ? $"{rateInAll} a minute of all sources together, " : "")}messages up to {Tables.Bytes(limits.MessageBytes)}; "
        + $"tried again after {string.Join(", ", limits.RetrySeconds.Select(seconds => Ages.Short(TimeSpan.FromSeconds(seconds))))} and so on, returned after {Ages.Short(TimeSpan.FromSeconds(limits.ExpirySeconds))}";
}
