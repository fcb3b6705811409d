using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>What a program is asked and what it answers, as JSON. Pure; docs/dns-providers.md is its description.</summary>
internal static class ProgramWords
{
    public const int Version = 1;

    private const int MostText = 1000, MostValues = 100, MostValue = 1024;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Prove(DomainName zone, DomainName name, RecordType type) => Request("prove", zone, Spot(name, type));

    public static string Read(DomainName zone, DomainName name, RecordType type) => Request("read", zone, Spot(name, type));

    public static string Write(DomainName zone, IEnumerable<RecordChange> changes) => Request("write", zone, new JsonObject
    {
        ["changes"] = new JsonArray([.. changes.Select(change =>
        {
            var spot = Spot(change.Name, change.Type);
            spot["old"] = Set(change.Old);
            spot["new"] = Set(change.New);
            return (JsonNode)spot;
        })]),
    });

    /// <returns>Null where it is no such answer; then <paramref name="fault"/> says what is wrong.</returns>
    public static ProgramAuthority? Authority(ReadOnlyMemory<byte> answer, out string fault) => Parsed<ProgramAuthority>(answer, root => new ProgramAuthority(Word(root, "access") switch
    {
        "proven" => WriteAccess.Proven,
        "untried" => WriteAccess.Untried,
        "none" => WriteAccess.None,
        "unreachable" => WriteAccess.Unreachable,
        _ => throw new FormatException("access: is none of proven, untried, none, unreachable"),
    }, Text(root)), out fault);

    public static RecordReading Records(ReadOnlyMemory<byte> answer, RecordType type)
    {
        var read = Parsed<RecordReading>(answer, root =>
        {
            if (root.TryGetProperty("trouble", out var trouble) && trouble.ValueKind != JsonValueKind.Null)
                return new RecordReading(null, Bounded(StringOf(trouble, "trouble") is { Length: > 0 } said ? said : "it doesn't say why"));
            return !root.TryGetProperty("records", out var records) ? throw new FormatException("records: is missing; null says that there are none")
                : new RecordReading(records.ValueKind == JsonValueKind.Null ? null : SetOf(records, type), null);
        }, out var fault);
        return read ?? new RecordReading(null, fault);
    }

    /// <returns>Null where it is no such answer: then nobody knows.</returns>
    public static WriteResult? Result(ReadOnlyMemory<byte> answer, out string fault) => Parsed<WriteResult>(answer, root => Word(root, "result") switch
    {
        "done" => new WriteResult.Done(Text(root)),
        "already" => new WriteResult.Done(Text(root)) { WasSo = true },
        "conflict" => new WriteResult.Conflict(Text(root)),
        "refused" => new WriteResult.Refused(Text(root)),
        "unreachable" => new WriteResult.Unreachable(Text(root)),
        "uncertain" => new WriteResult.Uncertain(Text(root)),
        _ => throw new FormatException("result: is none of done, already, conflict, refused, unreachable, uncertain"),
    }, out fault);

    private static string Request(string operation, DomainName zone, JsonObject rest)
    {
        var request = new JsonObject { ["version"] = Version, ["operation"] = operation, ["zone"] = zone.Value };
        foreach (var (key, value) in rest.ToArray())
            request[key] = value?.DeepClone();
        return request.ToJsonString(Plain) + "\n";
    }

    private static JsonObject Spot(DomainName name, RecordType type) => new()
    {
        ["name"] = name.Value,
        ["type"] = type.ToString().ToUpperInvariant(),
        // APIs of clouds know addresses, not names: a classless name has none that could be told from it alone.
        ["address"] = ReverseName.TryParse(name, out var address) ? address.ToString() : null,
    };

    private static JsonObject? Set(RecordSet? set) => set is null ? null : new() { ["ttl"] = set.Ttl, ["values"] = new JsonArray([.. set.Values.Select(value => (JsonNode)value)]) };

    private static RecordSet SetOf(JsonElement records, RecordType type)
    {
        if (records.ValueKind != JsonValueKind.Object || !records.TryGetProperty("ttl", out var ttl) || ttl.ValueKind != JsonValueKind.Number || !ttl.TryGetInt32(out var seconds) || seconds < 0)
            throw new FormatException("records: ttl: is no number of seconds");
        if (!records.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Array || values.GetArrayLength() is 0 or > MostValues)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"records: values: is no list of 1 to {MostValues} texts"));
        return RecordSet.Of(seconds, [.. values.EnumerateArray().Select(value => Value(StringOf(value, "records: values"), type))]);
    }

    /// <summary>In the form that is compared: addresses shortest, names with the dot at the end.</summary>
    private static string Value(string value, RecordType type)
    {
        if (value.Length is 0 or > MostValue || value.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))
            throw new FormatException("records: values: holds something that is no data of a record");
        var family = type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return type is RecordType.A or RecordType.Aaaa
            ? IPAddress.TryParse(value, out var address) && address.AddressFamily == family ? address.ToString() : throw new FormatException($"records: values: {value} is no address of type {type.ToString().ToUpperInvariant()}")
            : value.EndsWith('.') ? value : $"{value}.";
    }

    private static T? Parsed<T>(ReadOnlyMemory<byte> answer, Func<JsonElement, T> read, out string fault) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("the answer is no JSON object");
            fault = "";
            return read(document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            fault = malformed is JsonException ? "the answer is no JSON" : malformed is FormatException ? malformed.Message : "the answer holds a text that is none";
            return default;
        }
    }

    private static string Word(JsonElement root, string key) => root.TryGetProperty(key, out var word) ? StringOf(word, key) : throw new FormatException($"{key}: is missing");

    private static string Text(JsonElement root) => root.TryGetProperty("text", out var text) && text.ValueKind != JsonValueKind.Null ? Bounded(StringOf(text, "text")) : "";

    private static string StringOf(JsonElement element, string place) => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new FormatException($"{place}: is no text");

    private static string Bounded(string text) => text.Length <= MostText ? text : text[..MostText];
}

internal sealed record ProgramAuthority(WriteAccess Access, string Detail);
