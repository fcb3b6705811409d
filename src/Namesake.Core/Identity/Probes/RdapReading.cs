using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Reads what registries answer: where an address is registered (RFC 9224), and who answers for abuse of its block (RFC 9083). Hostile JSON: bounded, never throws.</summary>
public static class RdapReading
{
    private const int MostContacts = 5;
    private const int MostEntities = 200;
    private const int DeepestEntity = 4;
    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 32 };

    /// <summary>The server responsible for an address, by the longest prefix of IANA's file; null when none is, or the file can't be read.</summary>
    /// <param name="allowHttp">Servers without TLS count too; else they don't.</param>
    public static Uri? ServerFor(IPAddress address, ReadOnlyMemory<byte> bootstrap, bool allowHttp)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Within(bootstrap, root =>
        {
            (Uri? Server, int Length) best = (null, -1);
            foreach (var service in Items(Member(root, "services")))
            {
                var parts = Items(service).Take(2).ToList();
                if (parts.Count < 2)
                    continue;
                var length = Items(parts[0]).Select(Text).Select(text => IPRange.TryParse(text, out var range, out _) && range.Contains(address) ? range.PrefixLength : -1).DefaultIfEmpty(-1).Max();
                if (length > best.Length && Items(parts[1]).Select(Text).Select(text => Server(text, allowHttp)).FirstOrDefault(server => server is not null) is { } server)
                    best = (server, length);
            }
            return best.Server;
        });
    }

    /// <returns>Null when it is no answer about a network of addresses.</returns>
    public static RdapNetwork? Network(ReadOnlyMemory<byte> answer) => Within(answer, root =>
    {
        if (Text(Member(root, "objectClassName")) != "ip network")
            return null;
        var contacts = new List<string>();
        var left = MostEntities;
        Collect(root, 0, ref left, contacts);
        var words = new[] { Text(Member(root, "name")), Text(Member(root, "startAddress")), Text(Member(root, "endAddress")) }.Select(Clean).ToList();
        var range = words[1].Length > 0 && words[2].Length > 0 ? $"{words[1]} – {words[2]}" : "";
        return new RdapNetwork(string.Join(' ', new[] { words[0], range }.Where(word => word.Length > 0)), [.. contacts.Distinct(StringComparer.OrdinalIgnoreCase).Take(MostContacts)]);
    });

    private static void Collect(JsonElement holder, int depth, ref int left, List<string> contacts)
    {
        foreach (var entity in Items(Member(holder, "entities")))
        {
            if (left-- <= 0 || contacts.Count >= MostContacts)
                return;
            if (Items(Member(entity, "roles")).Any(role => Text(role) == "abuse"))
                contacts.AddRange(Mails(entity));
            if (depth < DeepestEntity)
                Collect(entity, depth + 1, ref left, contacts);
        }
    }

    // jCard, RFC 7095: ["vcard", [["email", {…}, "text", "abuse@example.org"], …]]
    private static IEnumerable<string> Mails(JsonElement entity) =>
        from property in Items(Items(Member(entity, "vcardArray")).ElementAtOrDefault(1)).Take(100)
        let parts = Items(property).Take(4).ToList()
        where parts.Count == 4 && Text(parts[0]) == "email" && Text(parts[3]) is { Length: > 0 and <= 254 } text && Mailbox.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out _, out _)
        select Text(parts[3])!;

    private static Uri? Server(string? text, bool allowHttp) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (allowHttp && uri.Scheme == Uri.UriSchemeHttp)) ? uri : null;

    private static T? Within<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json, Bounds);
            return read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or strings that are no Unicode
        }
    }

    private static JsonElement Member(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var found) ? found : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement array) => array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Clean(string? text) => string.Concat((text ?? "").Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}

/// <param name="Block">Name and range as the registry has them.</param>
public sealed record RdapNetwork(string Block, ImmutableArray<string> AbuseContacts);
