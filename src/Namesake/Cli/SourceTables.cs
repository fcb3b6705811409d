using System.Collections.Immutable;
using Namesake.Web.Sources;
using Spectre.Console;

namespace Namesake.Cli;

/// <summary>Sources as a postmaster reads them.</summary>
internal static class SourceTables
{
    public static void List(Terminal terminal, ImmutableArray<SourceView> sources)
    {
        var table = Tables.New("source", "brands", "public address", "EHLO", "verdict", "proof");
        foreach (var source in sources)
            table.AddRow(Tables.Cell(source.Id), Tables.Cell(string.Join(", ", source.Brands)), Tables.Cell(source.PublicAddress), Tables.Cell(source.Ehlo),
                Tables.Verdict(source.Verdict, source.Hold is not null), Tables.Cell(source.Proof is { } proof ? $"{proof.Evidence}, {Tables.Age(proof.At)}" : "none"));
        terminal.Write(table);
        foreach (var source in sources)
        {
            if (source.Retiring)
                Remark(terminal, $"{source.Id} is retiring: it takes no new mail");
            if (source.WarmUp is { Limit: not null } ramp)
                Remark(terminal, $"{source.Id} {ramp.Text}{Days(ramp)}", Color.Yellow);
            if (source.Hold is { } hold)
                Remark(terminal, $"{source.Id} is held since {Tables.Time(hold.Since)}: {hold.Text}");
            if (source.Override is { } note)
                Remark(terminal, $"{source.Id} is overridden until {Tables.Time(note.Until)} by {note.By}: {note.Reason}");
            foreach (var lane in source.LanesHeld)
                Remark(terminal, $"{source.Id} is held towards {lane.Site} since {Tables.Time(lane.Since)}: {lane.Text}");
        }
    }

    public static void One(Terminal terminal, SourceView source)
    {
        terminal.Write(Tables.Facts(
            ("source", Tables.Cell(source.Id)),
            ("brands", Tables.Cell(source.Brands.IsEmpty ? "none" : string.Join(", ", source.Brands))),
            ("local address", Tables.Cell(source.LocalAddress)),
            ("public address", Tables.Cell(source.PublicAddress + (source.PublicAddress == source.LocalAddress ? "" : ", by translation"))),
            ("EHLO", Tables.Cell(source.Ehlo + (source.Shared ? ", shared by several brands" : ""))),
            ("weight", Tables.Cell(source.Weight.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            ("retiring", source.Retiring ? Tables.Cell("takes no new mail; `queue --source " + source.Id + "` shows what is left", Color.Yellow) : null),
            ("warm-up", source.WarmUp is { } ramp ? Tables.Cell($"{ramp.Text["warm-up: ".Length..]}{Days(ramp)}", ramp.Limit is null ? null : Color.Yellow) : null),
            ("verdict", Tables.Verdict(source.Verdict, source.Hold is not null)),
            ("since", source.Since is { } since ? Tables.Cell($"{Tables.Time(since)} ({Tables.Age(since)})") : null),
            ("last aligned", Tables.Cell(source.ProvenAt is { } proven ? $"{Tables.Time(proven)} ({Tables.Age(proven)})" : "never since address, name or policy changed")),
            ("proof", Tables.Cell(source.Proof is { } proof ? $"{proof.Evidence}{(proof.From.Length > 0 ? $" by {proof.From}" : "")}, {Tables.Age(proof.At)}" : "none yet")),
            ("attested", source.Attested is { } word ? Tables.Cell($"by {word.By} on {word.On:yyyy-MM-dd}, not observed") : null),
            ("patience ends", source.GraceEnds is { } ends ? Tables.Cell($"{Tables.Time(ends)} ({Tables.In(ends)})", Color.Yellow) : null),
            ("looked at", Tables.Cell($"{Tables.Age(source.LastProbe)}, next {(source.NextProbe is null ? "when it is its turn" : Tables.In(source.NextProbe))}")),
            ("lease", source.Lease is { } lease
                ? Tables.Cell($"{(lease.Ours ? "" : "not ours: ")}{lease.Node} since {Tables.Time(lease.Since)}, until {Tables.Time(lease.Until)} unless renewed", lease.Ours ? null : Color.Red) : null),
            ("override", source.Override is { } note ? Tables.Cell($"until {Tables.Time(note.Until)} by {note.By}: {note.Reason}", Color.Red) : null),
            ("held", source.Hold is { } hold ? Tables.Cell($"since {Tables.Time(hold.Since)}: {hold.Text}", Color.Red) : null)));
        foreach (var lane in source.LanesHeld)
        {
            terminal.Line();
            terminal.Write(Tables.Facts(("held towards", Tables.Cell(lane.Site, Color.Red)), ("why", Tables.Cell(lane.Text)), ("since", Tables.Cell($"{Tables.Time(lane.Since)} ({Tables.Age(lane.Since)})"))));
        }

        foreach (var finding in source.Findings)
            FindingTables.Show(terminal, finding.Check, finding.Severity, finding.Policy, finding.Seen, finding.Expected, finding.Fix);
    }

    private static string Days(WarmUpView ramp) => ramp switch
    {
        { Day: > 0 and var day } when day < ramp.PerDay.Length => FormattableString.Invariant($" (day {day} of {ramp.PerDay.Length}, tomorrow {ramp.PerDay[day]})"),
        { Day: > 0 and var day } => FormattableString.Invariant($" (day {day} of {ramp.PerDay.Length}, no limit from tomorrow)"),
        _ => "",
    };

    private static void Remark(Terminal terminal, string text, Color? color = null)
    {
        terminal.Line();
        terminal.Write(Tables.Cell(text + "\n", color ?? Color.Red));
    }
}
