using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Namesake.Core.Dns;
using Namesake.Core.Plans;

namespace Namesake.Network.Dns.Providers;

/// <summary>What PowerDNS's API answers, and what is asked of it, as JSON. Pure.</summary>
internal static class PowerDnsReading
{
    private const int LongestError = 300;

    /// <summary>All sets of a zone's answer.</summary>
    /// <returns>Null: it is no zone.</returns>
    public static ImmutableArray<PowerDnsSet>? Sets(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("rrsets", out var sets) || sets.ValueKind != JsonValueKind.Array)
                return null;
            var read = ImmutableArray.CreateBuilder<PowerDnsSet>(sets.GetArrayLength());
            foreach (var set in sets.EnumerateArray())
            {
                if (Text(set, "name") is not { } name || Text(set, "type") is not { } type || !set.TryGetProperty("ttl", out var ttl) || !ttl.TryGetInt32(out var seconds)
                    || !set.TryGetProperty("records", out var records) || records.ValueKind != JsonValueKind.Array)
                    return null;
                var values = ImmutableArray.CreateBuilder<string>();
                var hidden = false;
                foreach (var record in records.EnumerateArray())
                {
                    if (Text(record, "content") is not { } content)
                        return null;
                    if (record.TryGetProperty("disabled", out var disabled) && disabled.ValueKind == JsonValueKind.True)
                        hidden = true;
                    else
                        values.Add(content);
                }

                read.Add(new PowerDnsSet(name.TrimEnd('.').ToLowerInvariant(), type.ToUpperInvariant(), seconds, values.ToImmutable(), hidden));
            }

            return read.ToImmutable();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null; // Text that is no UTF-16 shows only when it is read.
        }
    }

    /// <summary>"Primary", "Native", "Slave" and so on; null: it doesn't say.</summary>
    public static string? Kind(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Text(document.RootElement, "kind");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>": text" of an answer that says what is wrong; empty when it doesn't.</summary>
    public static string Error(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Text(document.RootElement, "error") is not { Length: > 0 } text ? "" : $": {(text.Length > LongestError ? text[..LongestError] : text)}";
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Each set whole: REPLACE and DELETE know no single records.</summary>
    public static string Patch(IEnumerable<RecordChange> changes) => new JsonObject
    {
        ["rrsets"] = new JsonArray([.. changes.Select(change =>
        {
            var set = new JsonObject { ["name"] = $"{change.Name}.", ["type"] = Word(change.Type), ["changetype"] = change.New is null ? "DELETE" : "REPLACE" };
            if (change.New is { } made)
            {
                set["ttl"] = made.Ttl;
                set["records"] = new JsonArray([.. made.Values.Select(value => (JsonNode)new JsonObject { ["content"] = value, ["disabled"] = false })]);
            }

            return (JsonNode)set;
        })]),
    }.ToJsonString();

    public static string Zone(ZoneChange change) => new JsonObject
    {
        ["name"] = $"{change.Zone}.",
        ["kind"] = "Native",
        ["nameservers"] = new JsonArray([.. change.Servers.Select(server => (JsonNode)$"{server}.")]),
    }.ToJsonString();

    public static string Word(RecordType type) => type.ToString().ToUpperInvariant();

    /// <summary>Addresses in the one form that is compared; names as they are.</summary>
    public static RecordSet? Of(PowerDnsSet? set, RecordType type) => set is null || set.Values.IsEmpty ? null
        : RecordSet.Of(set.Ttl, [.. set.Values.Select(value => type is RecordType.A or RecordType.Aaaa && IPAddress.TryParse(value, out var address) ? address.ToString() : value)]);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Name">Lower case, without the dot at the end.</param>
/// <param name="HasDisabled">Beside these it holds records that are switched off: not served, and lost when the set is replaced.</param>
internal sealed record PowerDnsSet(string Name, string Type, int Ttl, ImmutableArray<string> Values, bool HasDisabled);
