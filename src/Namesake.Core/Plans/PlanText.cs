using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Namesake.Core.Firewall;
using Namesake.Core.Plans.Json;

namespace Namesake.Core.Plans;

/// <summary>A plan as people read it: a difference per record or mapping, with its reason. Plain text of a line each, the same on the command line, in the API and in tickets.</summary>
public static class PlanText
{
    public static string Of(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Plan {plan.Id} ({(plan.Kind == PlanKind.Dns ? "DNS" : "translation")}), made {At(plan.MadeAt)} on {plan.Node}: {Summary(plan)}\n");
        var number = 0;
        foreach (var (index, step) in plan.Steps.Where(step => !step.Changes.IsEmpty).Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"\nStep {index + 1}: {step.Title}{(step.WaitsUntilSeen ? ", then wait until every authoritative server shows them" : "")}\n");
            foreach (var change in step.Changes)
                Append(text, change, ++number);
        }
        Append(text, plan.Wanted);
        Append(text, plan.Notes);
        return text.ToString();
    }

    /// <summary>"3 made, 1 changed, 1 removed".</summary>
    public static string Summary(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.IsEmpty)
            return "nothing to change";
        var size = PlanSize.Of(plan.Changes);
        return string.Join(", ", new[] { (size.Made, "made"), (size.Changed, "changed"), (size.Removed, "removed") }.Where(part => part.Item1 > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));
    }

    /// <summary>A change in one line: "PTR 5.113.0.203.in-addr.arpa: mail.acme.example. (TTL 3600)".</summary>
    public static string Line(Change change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change switch
        {
            RecordChange { Old: null } record => $"{PlanWords.Of(record.Type)} {record.Name}: {record.New}",
            RecordChange { New: null } record => $"{PlanWords.Of(record.Type)} {record.Name}: {record.Old} removed",
            RecordChange record => $"{PlanWords.Of(record.Type)} {record.Name}: {record.Old} -> {record.New}",
            ZoneChange zone => $"zone {zone.Zone} {(zone.Removes ? "removed" : zone.Servers.IsEmpty ? "made" : $"made, NS {string.Join(", ", zone.Servers)}")}",
            TranslationChange { New: null } => $"translation on {change.By} removed",
            TranslationChange { New: { } table } => $"translation on {change.By}: {string.Join(", ", table.Mappings.Take(3))}{(table.Mappings.Length > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {table.Mappings.Length - 3} more") : "")}",
            _ => "",
        };
    }

    private static void Append(StringBuilder text, Change change, int number)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n  {number}. {Title(change)}\n");
        switch (change)
        {
            case RecordChange record:
                Append(text, '-', record.Old);
                Append(text, '+', record.New);
                break;
            case ZoneChange zone:
                text.Append(CultureInfo.InvariantCulture, $"     {(zone.Removes ? '-' : '+')} {zone.Zone}{(zone.Servers.IsEmpty ? "" : $" NS {string.Join(", ", zone.Servers)}")}\n");
                break;
            case TranslationChange translation:
                Append(text, translation.Old, translation.New);
                break;
        }
        if (change.IsForeign)
            text.Append("     not ours: made only with --replace-foreign\n");
        text.Append(CultureInfo.InvariantCulture, $"     why: {Indented(change.Reason)}\n");
        if (!change.Ends.IsDefaultOrEmpty)
            text.Append(CultureInfo.InvariantCulture, $"     ends: {string.Join(", ", change.Ends)}\n");
        if (!change.Sources.IsDefaultOrEmpty)
            text.Append(CultureInfo.InvariantCulture, $"     for: {string.Join(", ", change.Sources)}\n");
        if (change is RecordChange { EarliestGreen: { } green })
            text.Append(CultureInfo.InvariantCulture, $"     seen everywhere by {At(green)}, when the last resolver has forgotten what was there\n");
    }

    private static string Title(Change change) => change switch
    {
        RecordChange record => $"{PlanWords.Of(record.Type)} {record.Name} in {record.Zone}, by {record.By}",
        ZoneChange zone => $"zone {zone.Zone}, by {zone.By}",
        _ => $"translation of port 25 on {change.By}",
    };

    private static void Append(StringBuilder text, char sign, RecordSet? set)
    {
        if (set is not null)
            foreach (var value in set.Values)
                text.Append(CultureInfo.InvariantCulture, $"     {sign} {value} (TTL {set.Ttl})\n");
    }

    private static void Append(StringBuilder text, TranslationTable? old, TranslationTable? made)
    {
        if (Scope(old) != Scope(made) && old is not null && made is not null)
            text.Append(CultureInfo.InvariantCulture, $"     - {Scope(old)}\n     + {Scope(made)}\n");
        var before = (old?.Mappings ?? []).ToHashSet();
        var after = (made?.Mappings ?? []).ToHashSet();
        foreach (var mapping in old?.Mappings ?? [])
            if (!after.Contains(mapping))
                text.Append(CultureInfo.InvariantCulture, $"     - {mapping}\n");
        foreach (var mapping in made?.Mappings ?? [])
            if (!before.Contains(mapping))
                text.Append(CultureInfo.InvariantCulture, $"     + {mapping}\n");
        if (before.Count(after.Contains) is > 0 and var kept)
            text.Append(CultureInfo.InvariantCulture, $"       {kept} as {(kept == 1 ? "it was" : "they were")}\n");
    }

    private static string Scope(TranslationTable? table) => table is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $"packets of {(table.User is { } user ? $"user {user}" : "anybody")} by {table.Device ?? "any device"}");

    private static void Append(StringBuilder text, ImmutableArray<WantedIdentity> wanted)
    {
        if (wanted.IsDefaultOrEmpty)
            return;
        text.Append("\nWhat the outside must see then\n");
        foreach (var identity in wanted)
            text.Append(CultureInfo.InvariantCulture, $"  {identity.Local} as {identity.Public}, {identity.Ehlo}{(identity.Source is { } source ? $" ({source})" : "")}\n");
    }

    private static void Append(StringBuilder text, ImmutableArray<PlanNote> notes)
    {
        foreach (var note in notes.IsDefaultOrEmpty ? [] : notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Word(note.Kind)}: {note.About}\n  {Indented(note.Text, 2)}\n");
            if (note.Ticket is { } ticket)
                foreach (var line in ticket.Split('\n'))
                    text.Append($"  | {line}".TrimEnd()).Append('\n');
        }
    }

    private static string Word(PlanNoteKind kind) => kind switch
    {
        PlanNoteKind.Right => "Right already",
        PlanNoteKind.Unknown => "Not known, so nothing is planned",
        PlanNoteKind.Foreign => "Somebody else's",
        PlanNoteKind.NoAuthority => "Not ours to write",
        PlanNoteKind.Zone => "Zone",
        PlanNoteKind.Merge => "To merge by hand",
        PlanNoteKind.Refused => "Refused",
        _ => "To know",
    };

    private static string Indented(string text, int by = 10) => text.Replace("\n", "\n" + new string(' ', by), StringComparison.Ordinal);

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
