using System.Text.Json;
using Namesake.Core.Firewall;
using Namesake.Core.Sources;

namespace Namesake.Core.Plans.Json;

/// <summary>Writes a plan's parts. What is empty or false is left out, but for what was and what will be: a null there says something.</summary>
internal static class PlanWriter
{
    public static void Write(Utf8JsonWriter json, Plan plan)
    {
        json.WriteStartObject();
        json.WriteNumber("version", PlanJson.Version);
        json.WriteString("id", plan.Id.Value);
        json.WriteString("kind", plan.Kind.Word());
        json.WriteString("madeAt", PlanWords.Of(plan.MadeAt));
        json.WriteString("node", plan.Node);
        json.WriteStartObject("limits");
        json.WriteNumber("changes", plan.Limits.Changes);
        json.WriteNumber("removals", plan.Limits.Removals);
        json.WriteNumber("perZone", plan.Limits.PerZone);
        json.WriteEndObject();
        json.WriteStartArray("wanted");
        foreach (var wanted in plan.Wanted)
            Write(json, wanted);
        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteString("title", PlanWords.Clean(step.Title, 300));
            json.WriteBoolean("waitsUntilSeen", step.WaitsUntilSeen);
            json.WriteStartArray("changes");
            foreach (var change in step.Changes)
                Write(json, change);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in plan.Notes)
            Write(json, note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, string name, RecordSet? set)
    {
        if (set is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteNumber("ttl", set.Ttl);
        json.WriteStartArray("values");
        foreach (var value in set.Values)
            json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, string name, TranslationTable? table)
    {
        if (table is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        if (table.User is { } user)
            json.WriteNumber("user", user);
        if (table.Device is { } device)
            json.WriteString("device", device);
        json.WriteStartArray("mappings");
        foreach (var mapping in table.Mappings)
        {
            json.WriteStartObject();
            json.WriteString("local", mapping.Local.ToString());
            json.WriteString("public", mapping.Public.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, WantedIdentity wanted)
    {
        json.WriteStartObject();
        if (wanted.Source is { } source)
            json.WriteString("source", source.Value);
        json.WriteString("local", wanted.Local.ToString());
        json.WriteString("public", wanted.Public.ToString());
        json.WriteString("ehlo", wanted.Ehlo.Value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PlanNote note)
    {
        json.WriteStartObject();
        json.WriteString("kind", PlanWords.Of(note.Kind));
        json.WriteString("about", PlanWords.Clean(note.About, 300));
        json.WriteString("text", PlanWords.Clean(note.Text));
        if (note.Ticket is { } ticket)
            json.WriteString("ticket", PlanWords.Clean(ticket));
        Write(json, note.Sources);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Change change)
    {
        json.WriteStartObject();
        switch (change)
        {
            case RecordChange record:
                json.WriteString("change", "records");
                json.WriteString("zone", record.Zone.Value);
                json.WriteString("name", record.Name.Value);
                json.WriteString("type", PlanWords.Of(record.Type));
                Write(json, "old", record.Old);
                Write(json, "new", record.New);
                if (record.EarliestGreen is { } green)
                    json.WriteString("earliestGreen", PlanWords.Of(green));
                break;
            case ZoneChange zone:
                json.WriteString("change", "zone");
                json.WriteString("zone", zone.Zone.Value);
                json.WriteStartArray("servers");
                foreach (var server in zone.Servers)
                    json.WriteStringValue(server.Value);
                json.WriteEndArray();
                if (zone.Removes)
                    json.WriteBoolean("removes", true);
                break;
            case TranslationChange translation:
                json.WriteString("change", "translation");
                Write(json, "old", translation.Old);
                Write(json, "new", translation.New);
                break;
        }
        json.WriteString("by", change.By);
        json.WriteString("reason", PlanWords.Clean(change.Reason));
        if (!change.Ends.IsDefaultOrEmpty)
        {
            json.WriteStartArray("ends");
            foreach (var check in change.Ends)
                json.WriteStringValue(check);
            json.WriteEndArray();
        }
        Write(json, change.Sources);
        if (change.IsForeign)
            json.WriteBoolean("foreign", true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, System.Collections.Immutable.ImmutableArray<SourceId> sources)
    {
        if (sources.IsDefaultOrEmpty)
            return;
        json.WriteStartArray("sources");
        foreach (var source in sources)
            json.WriteStringValue(source.Value);
        json.WriteEndArray();
    }
}
