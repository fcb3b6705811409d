using System.Text.Json;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Json;

/// <summary>Makes a plan of a document. What could do harm when it is applied is refused here, whoever wrote the document: SOA records, a zone's own NS records, names outside their zone.</summary>
internal static class PlanReader
{
    public static Plan? Read(JsonElement root, JsonFaults faults)
    {
        if (JsonMembers.Of(root, "", faults, "version", "id", "kind", "madeAt", "node", "limits", "wanted", "steps", "notes") is not { } members)
            return null;
        if (members.Whole("version", PlanJson.Version, PlanJson.Version) is null)
            return null; // another form: what else it says would be told wrongly
        var id = members.Text("id", 64);
        if (id is not null && !PlanId.TryParse(id, out _))
            members.Wrong("id", "must be lower-case letters, digits and hyphens, a letter first");
        var plan = new
        {
            Kind = members.Word("kind", PlanWords.Kinds),
            MadeAt = members.Time("madeAt"),
            Node = members.Text("node", 253),
            Limits = members.Find("limits") is { } limits ? LimitsOf(limits, "limits", faults) : new PlanLimits(),
            Wanted = members.Each("wanted", PlanJson.MostEntries, (value, place) => WantedOf(value, place, faults)),
            Steps = members.Each("steps", PlanJson.MostSteps, (value, place) => StepOf(value, place, faults)),
            Notes = members.Each("notes", PlanJson.MostEntries, (value, place) => NoteOf(value, place, faults)),
        };
        if (members.Find("steps") is null)
            members.Wrong("steps", "is missing");
        if (!faults.IsEmpty || !PlanId.TryParse(id, out var known))
            return null;
        return new Plan { Id = known, Kind = plan.Kind!.Value, MadeAt = plan.MadeAt!.Value, Node = plan.Node!, Limits = plan.Limits!, Wanted = plan.Wanted, Steps = plan.Steps, Notes = plan.Notes };
    }

    public static RecordSet? SetOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "ttl", "values") is not { } members)
            return null;
        var ttl = members.Whole("ttl", 0, int.MaxValue); // RFC 2181 §8
        var values = members.Texts("values", PlanJson.MostValues, PlanJson.LongestValue);
        if (values.IsEmpty)
            members.Wrong("values", "must have one value at least");
        else if (values.Distinct(StringComparer.Ordinal).Count() != values.Length)
            members.Wrong("values", "has a value twice");
        return ttl is { } known ? RecordSet.Of((int)known, values.AsSpan()) : null;
    }

    public static TranslationTable? TableOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "mappings", "user", "device") is not { } members)
            return null;
        var mappings = members.Each("mappings", PlanJson.MostEntries, (entry, at) => MappingOf(entry, at, faults));
        if (mappings.Select(mapping => mapping.Local).Distinct().Count() != mappings.Length)
            members.Wrong("mappings", "has a local address twice");
        var user = members.Whole("user", 0, int.MaxValue, optional: true);
        var device = members.Text("device", 15, optional: true); // IFNAMSIZ - 1
        if (device is not null && (device.Length == 0 || device.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))))
            members.Wrong("device", "is no name of a network device");
        // In the order everything that reads a table back has it: another would never be what was written.
        return new TranslationTable([.. mappings.OrderBy(mapping => mapping.Local, AddressOrder.Instance)]) { User = (int?)user, Device = device };
    }

    private static PlanLimits? LimitsOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "changes", "removals", "perZone") is not { } members)
            return null;
        var (changes, removals, zone) = (members.Whole("changes", 0, PlanJson.MostEntries), members.Whole("removals", 0, PlanJson.MostEntries), members.Whole("perZone", 0, PlanJson.MostEntries));
        return changes is null || removals is null || zone is null ? null : new PlanLimits((int)changes, (int)removals, (int)zone);
    }

    public static WantedIdentity? WantedOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "source", "local", "public", "ehlo") is not { } members)
            return null;
        var source = members.Id("source", optional: true);
        var (local, seen, name) = (members.Address("local"), members.Address("public"), members.Text("ehlo", 300));
        if (!HostName.TryParse(name, out var ehlo, out var error) && name is not null)
            members.Wrong("ehlo", error!);
        return local is null || seen is null || ehlo is null ? null : new WantedIdentity(source is null ? null : new SourceId(source), local, seen, ehlo);
    }

    private static PlanNote? NoteOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "kind", "about", "text", "ticket", "sources") is not { } members)
            return null;
        var (kind, about, text) = (members.Word("kind", PlanWords.NoteKinds), members.Text("about", 300), members.Text("text", PlanJson.LongestText, lines: true));
        var note = (Ticket: members.Text("ticket", PlanJson.LongestText, lines: true, optional: true), Sources: members.Sources());
        return kind is null || about is null || text is null ? null : new PlanNote(kind.Value, about, text, note.Ticket) { Sources = note.Sources };
    }

    private static PlanStep? StepOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "title", "changes", "waitsUntilSeen") is not { } members)
            return null;
        var title = members.Text("title", 300);
        var changes = members.Each("changes", PlanJson.MostEntries, (entry, at) => ChangeOf(entry, at, faults));
        return title is null ? null : new PlanStep(title, changes, members.Flag("waitsUntilSeen"));
    }

    private static Change? ChangeOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "change", "by", "reason", "ends", "sources", "foreign", "zone", "name", "type", "old", "new", "earliestGreen", "servers", "removes") is not { } members)
            return null;
        var (by, reason) = (members.Id("by"), members.Text("reason", PlanJson.LongestText, lines: true));
        var (ends, sources, foreign) = (members.Texts("ends", 100, 32), members.Sources(), members.Flag("foreign"));
        Change? change = members.Text("change", 32) switch
        {
            null => null,
            "records" => RecordsOf(members, faults),
            "zone" => ZoneOf(members, faults),
            "translation" => TranslationOf(members, faults),
            _ => Unknown(members),
        };
        return change is null || by is null || reason is null ? null : change with { By = by, Reason = reason, Ends = ends, Sources = sources, IsForeign = foreign };
    }

    private static RecordChange? RecordsOf(JsonMembers members, JsonFaults faults)
    {
        Only(members, "records", "servers", "removes");
        var (zone, name, type) = (members.Domain("zone"), members.Domain("name"), members.Word("type", PlanWords.Types));
        var old = members.Find("old") is { } before ? SetOf(before, members.At("old"), faults) : null;
        var made = members.Find("new") is { } after ? SetOf(after, members.At("new"), faults) : null;
        var green = members.Time("earliestGreen", optional: true);
        if (zone is null || name is null || type is null)
            return null;
        if (!name.IsEqualOrUnder(zone))
            members.Wrong("name", $"is not in the zone {zone}");
        if (type == RecordType.Soa || (type == RecordType.NS && name == zone))
            members.Wrong("type", $"{PlanWords.Of(type.Value)} of a zone itself is never changed");
        if (old is null ? made is null : old.Equals(made))
            members.Wrong("new", "changes nothing");
        return new RecordChange { By = "", Reason = "", Zone = zone, Name = name, Type = type.Value, Old = old, New = made, EarliestGreen = green };
    }

    private static ZoneChange? ZoneOf(JsonMembers members, JsonFaults faults)
    {
        Only(members, "zone", "name", "type", "old", "new", "earliestGreen");
        var zone = members.Domain("zone");
        var servers = members.Each("servers", 32, (value, place) => ServerOf(value, place, faults));
        return zone is null ? null : new ZoneChange { By = "", Reason = "", Zone = zone, Servers = servers, Removes = members.Flag("removes") };
    }

    private static TranslationChange? TranslationOf(JsonMembers members, JsonFaults faults)
    {
        Only(members, "translation", "zone", "name", "type", "earliestGreen", "servers", "removes");
        var old = members.Find("old") is { } before ? TableOf(before, members.At("old"), faults) : null;
        var made = members.Find("new") is { } after ? TableOf(after, members.At("new"), faults) : null;
        if (old is null ? made is null : old.Equals(made))
            members.Wrong("new", "changes nothing");
        return new TranslationChange { By = "", Reason = "", Old = old, New = made };
    }

    private static Mapping? MappingOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "local", "public") is not { } members)
            return null;
        var (local, seen) = (members.Address("local"), members.Address("public"));
        if (local is null || seen is null)
            return null;
        if (local.AddressFamily != seen.AddressFamily)
            members.Wrong("public", "is of another family than the local address");
        return new Mapping(local, seen);
    }

    private static DomainName? ServerOf(JsonElement value, string place, JsonFaults faults)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetRawText().Length < 400 && DomainName.TryParse(value.GetRawText().Trim('"'), out var name, out _))
            return name;
        faults.Add(place, "is no domain name");
        return null;
    }

    private static Change? Unknown(JsonMembers members)
    {
        members.Wrong("change", "must be one of records, zone, translation");
        return null;
    }

    private static void Only(JsonMembers members, string kind, params ReadOnlySpan<string> others)
    {
        foreach (var name in others)
            if (members.Find(name) is not null)
                members.Wrong(name, $"is not of a change of {kind}");
    }
}
