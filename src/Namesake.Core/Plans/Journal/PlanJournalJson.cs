using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Namesake.Core.Plans.Json;

namespace Namesake.Core.Plans.Journal;

/// <summary>Journal lines and registry as JSON. As strict as <see cref="PlanJson"/>: what can't be read whole counts as damaged.</summary>
public static class PlanJournalJson
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Page = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private static readonly FrozenDictionary<string, PlanEvent> Events = PlanWords.Words<PlanEvent>();

    private static readonly FrozenDictionary<string, SeenVerdict> Verdicts = PlanWords.Words<SeenVerdict>();

    /// <summary>One line, its line feed included.</summary>
    public static byte[] Write(PlanEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Written(Line, json => Write(json, entry));
    }

    public static PlanEntry? ReadEntry(ReadOnlyMemory<byte> line)
    {
        var faults = new JsonFaults();
        using var document = JsonDocuments.Parse(line, PlanJson.MostBytes, faults);
        var entry = document is null ? null : EntryOf(document.RootElement, faults);
        return faults.IsEmpty ? entry : null;
    }

    public static byte[] Write(PlanRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return Written(Page, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            WriteMembers(json, registry);
            json.WriteEndObject();
        });
    }

    public static (PlanRegistry? Registry, ImmutableArray<PlanFault> Faults) ReadRegistry(ReadOnlyMemory<byte> text)
    {
        var faults = new JsonFaults();
        using var document = JsonDocuments.Parse(text, PlanJson.MostBytes, faults);
        if (document is null || JsonMembers.Of(document.RootElement, "", faults, "version", "records", "zones", "tables") is not { } members)
            return (null, faults.All);
        members.Whole("version", Version, Version);
        var registry = RegistryOf(members, faults);
        return (faults.IsEmpty ? registry : null, faults.All);
    }

    private static byte[] Written(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written, options))
            write(json);
        written.Write("\n"u8);
        return written.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, PlanEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("at", PlanWords.Of(entry.At));
        json.WriteString("who", PlanWords.Clean(entry.Who, 300).ReplaceLineEndings(" "));
        json.WriteString("event", PlanWords.Of(entry.Event));
        if (entry.Text.Length > 0)
            json.WriteString("text", PlanWords.Clean(entry.Text));
        if (!entry.Changes.IsEmpty)
        {
            json.WriteStartArray("changes");
            foreach (var change in entry.Changes)
                json.WriteNumberValue(change);
            json.WriteEndArray();
        }
        if (entry.Until is { } until)
        {
            json.WriteStartObject("until");
            json.WriteString("at", PlanWords.Of(until.At));
            json.WriteString("boot", until.Boot);
            json.WriteNumber("uptimeMilliseconds", (long)until.Uptime.TotalMilliseconds);
            json.WriteEndObject();
        }
        if (entry.Snapshot is { } snapshot)
            Write(json, snapshot);
        if (!entry.Seen.IsEmpty)
        {
            json.WriteStartArray("seen");
            foreach (var seen in entry.Seen)
                Write(json, seen);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PlanSnapshot snapshot)
    {
        json.WriteStartObject("snapshot");
        json.WriteStartArray("present");
        foreach (var state in snapshot.Present)
        {
            json.WriteStartObject();
            json.WriteNumber("change", state.Change);
            if (state.Records is not null)
                PlanWriter.Write(json, "records", state.Records);
            if (state.Table is not null)
                PlanWriter.Write(json, "table", state.Table);
            if (state.Text.Length > 0)
                json.WriteString("text", state.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("owned");
        WriteMembers(json, snapshot.Owned);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SeenIdentity seen)
    {
        json.WriteStartObject();
        json.WritePropertyName("wanted");
        PlanWriter.Write(json, seen.Wanted);
        json.WriteString("address", PlanWords.Of(seen.Address));
        json.WriteString("names", PlanWords.Of(seen.Names));
        json.WriteStartArray("words");
        foreach (var word in seen.Words)
            json.WriteStringValue(PlanWords.Clean(word));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, PlanRegistry registry)
    {
        json.WriteStartArray("records");
        foreach (var record in registry.Records)
        {
            json.WriteStartObject();
            json.WriteString("by", record.By);
            json.WriteString("zone", record.Zone.Value);
            json.WriteString("name", record.Name.Value);
            json.WriteString("type", PlanWords.Of(record.Type));
            PlanWriter.Write(json, "set", record.Set);
            json.WriteStartArray("added");
            foreach (var value in record.Added)
                json.WriteStringValue(value);
            json.WriteEndArray();
            WriteOrigin(json, record.At, record.Plan);
        }
        json.WriteEndArray();
        json.WriteStartArray("zones");
        foreach (var zone in registry.Zones)
        {
            json.WriteStartObject();
            json.WriteString("by", zone.By);
            json.WriteString("zone", zone.Zone.Value);
            WriteOrigin(json, zone.At, zone.Plan);
        }
        json.WriteEndArray();
        json.WriteStartArray("tables");
        foreach (var table in registry.Tables)
        {
            json.WriteStartObject();
            json.WriteString("by", table.By);
            PlanWriter.Write(json, "table", table.Table);
            WriteOrigin(json, table.At, table.Plan);
        }
        json.WriteEndArray();
    }

    private static void WriteOrigin(Utf8JsonWriter json, DateTimeOffset at, PlanId plan)
    {
        json.WriteString("at", PlanWords.Of(at));
        json.WriteString("plan", plan.Value);
        json.WriteEndObject();
    }

    private static PlanEntry? EntryOf(JsonElement value, JsonFaults faults)
    {
        if (JsonMembers.Of(value, "", faults, "at", "who", "event", "text", "changes", "until", "snapshot", "seen") is not { } members)
            return null;
        var (at, who, kind, text) = (members.Time("at"), members.Text("who", 300), members.Word("event", Events), members.Text("text", PlanJson.LongestText, lines: true, optional: true));
        var changes = members.Each("changes", PlanJson.MostEntries, (entry, place) => NumberOf(entry, place, faults));
        var until = members.Find("until") is { } deadline ? DeadlineOf(deadline, "until", faults) : null;
        var snapshot = members.Find("snapshot") is { } before ? SnapshotOf(before, "snapshot", faults) : null;
        var seen = members.Each("seen", PlanJson.MostEntries, (entry, place) => SeenOf(entry, place, faults));
        return faults.IsEmpty ? new PlanEntry(at!.Value, who!, kind!.Value, text ?? "") { Changes = [.. changes.Select(change => change.Value)], Until = until, Snapshot = snapshot, Seen = seen } : null;
    }

    private static Number? NumberOf(JsonElement value, string place, JsonFaults faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0)
            return new Number(number);
        faults.Add(place, "is no number of a change");
        return null;
    }

    private static Deadline? DeadlineOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "at", "boot", "uptimeMilliseconds") is not { } members)
            return null;
        var (at, boot, uptime) = (members.Time("at"), members.Text("boot", 64), members.Whole("uptimeMilliseconds", 0, (long)TimeSpan.MaxValue.TotalMilliseconds - 1));
        return at is null || boot is null || uptime is null ? null : new Deadline(boot, TimeSpan.FromMilliseconds(uptime.Value), at.Value);
    }

    private static PlanSnapshot? SnapshotOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "present", "owned") is not { } members)
            return null;
        var present = members.Each("present", PlanJson.MostEntries, (entry, at) => PresentOf(entry, at, faults));
        var owned = members.Find("owned") is { } before && JsonMembers.Of(before, members.At("owned"), faults, "records", "zones", "tables") is { } registry ? RegistryOf(registry, faults) : PlanRegistry.Empty;
        return new PlanSnapshot(present, owned);
    }

    private static PresentState? PresentOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "change", "records", "table", "text") is not { } members)
            return null;
        var change = members.Whole("change", 0, PlanJson.MostEntries);
        var records = members.Find("records") is { } set ? PlanReader.SetOf(set, members.At("records"), faults) : null;
        var table = members.Find("table") is { } ours ? PlanReader.TableOf(ours, members.At("table"), faults) : null;
        // A ruleset as its tool prints it has tabs.
        var text = members.Raw("text", PlanJson.MostBytes);
        return change is null ? null : new PresentState((int)change, records, table, text ?? "");
    }

    private static SeenIdentity? SeenOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "wanted", "address", "names", "words") is not { } members)
            return null;
        var wanted = members.Find("wanted") is { } identity ? PlanReader.WantedOf(identity, members.At("wanted"), faults) : null;
        var (address, names) = (members.Word("address", Verdicts), members.Word("names", Verdicts));
        var words = members.Texts("words", 1_000, PlanJson.LongestText, lines: true);
        return wanted is null || address is null || names is null ? null : new SeenIdentity(wanted, address.Value, names.Value, words);
    }

    private static PlanRegistry RegistryOf(JsonMembers members, JsonFaults faults) => new(
        members.Each("records", PlanJson.MostEntries, (value, place) => RecordsOf(value, place, faults)),
        members.Each("zones", PlanJson.MostEntries, (value, place) => ZoneOf(value, place, faults)),
        members.Each("tables", PlanJson.MostEntries, (value, place) => TableOf(value, place, faults)));

    private static OwnedRecords? RecordsOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "by", "zone", "name", "type", "set", "added", "at", "plan") is not { } members)
            return null;
        var (by, zone, name, type) = (members.Id("by"), members.Domain("zone"), members.Domain("name"), members.Word("type", PlanWords.Types));
        var set = members.Find("set") is { } written ? PlanReader.SetOf(written, members.At("set"), faults) : null;
        var (at, plan) = OriginOf(members);
        if (by is null || zone is null || name is null || type is null || set is null || at is null || plan is null)
            return Lacking<OwnedRecords>(members, "set");
        var records = new OwnedRecords(by, zone, name, type.Value, set, at.Value, plan);
        return members.Find("added") is null ? records : records with { Added = members.Texts("added", PlanJson.MostEntries, 1024) };
    }

    private static OwnedZone? ZoneOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "by", "zone", "at", "plan") is not { } members)
            return null;
        var (by, zone) = (members.Id("by"), members.Domain("zone"));
        var (at, plan) = OriginOf(members);
        return by is null || zone is null || at is null || plan is null ? null : new OwnedZone(by, zone, at.Value, plan);
    }

    private static OwnedTable? TableOf(JsonElement value, string place, JsonFaults faults)
    {
        if (JsonMembers.Of(value, place, faults, "by", "table", "at", "plan") is not { } members)
            return null;
        var by = members.Id("by");
        var table = members.Find("table") is { } ours ? PlanReader.TableOf(ours, members.At("table"), faults) : null;
        var (at, plan) = OriginOf(members);
        return by is null || table is null || at is null || plan is null ? Lacking<OwnedTable>(members, "table") : new OwnedTable(by, table, at.Value, plan);
    }

    private static (DateTimeOffset? At, PlanId? Plan) OriginOf(JsonMembers members)
    {
        var (at, text) = (members.Time("at"), members.Text("plan", 64));
        if (text is not null && !PlanId.TryParse(text, out _))
            members.Wrong("plan", "is no plan's id");
        return (at, PlanId.TryParse(text, out var plan) ? plan : null);
    }

    private static T? Lacking<T>(JsonMembers members, string name) where T : class
    {
        if (members.Find(name) is null)
            members.Wrong(name, "is missing");
        return null;
    }

    private sealed record Number(int Value);
}
