using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>Reads what <c>nft -j list ruleset</c> prints (libnftables-json(5)), as far as it is about translation. What it doesn't understand becomes a condition nobody can judge, never a rule that isn't there.</summary>
public static class RulesetReader
{
    /// <summary>Most that is read: a ruleset with tens of thousands of map elements has some megabytes.</summary>
    public const int MostOctets = 32 * 1024 * 1024;

    private const int MostRules = 50_000;

    /// <returns>Null when it is no such document.</returns>
    public static NatRules? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("nftables", out var items) && items.ValueKind == JsonValueKind.Array
                ? Read(items) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null; // the second is text that is no UTF-8: a comment may hold any octets
        }
    }

    private static NatRules Read(JsonElement items)
    {
        var sets = new NamedSets();
        var chains = new Dictionary<string, Draft>(StringComparer.Ordinal);
        var rules = new List<JsonElement>();
        foreach (var item in items.EnumerateArray())
            if (Member(item, out var kind, out var body))
                switch (kind)
                {
                    case "set" or "map":
                        sets.Add(KeyOf(body, "name"), body);
                        break;
                    case "chain":
                        chains.TryAdd(KeyOf(body, "name"), new Draft(body, chains.Count));
                        break;
                    case "rule" when rules.Count < MostRules:
                        rules.Add(body);
                        break;
                }
        foreach (var rule in rules)
            if (chains.TryGetValue(KeyOf(rule, "chain"), out var chain) && rule.TryGetProperty("expr", out var expressions) && expressions.ValueKind == JsonValueKind.Array)
                RuleReader.Read(rule, expressions, chain.Name, chain.Scope, sets, chain.Rules);
        return new NatRules(Hooked(chains, "output"), Hooked(chains, "postrouting"), chains.Where(chain => !chain.Value.IsBase).ToFrozenDictionary(chain => chain.Key, chain => chain.Value.Done(), StringComparer.Ordinal));
    }

    private static ImmutableArray<NatChain> Hooked(Dictionary<string, Draft> chains, string hook) =>
        [.. chains.Values.Where(chain => chain.IsNat && chain.Hook == hook).OrderBy(chain => chain.Priority).ThenBy(chain => chain.Order).Select(chain => chain.Done())];

    /// <summary>The one member of an object, as nft wraps everything: <c>{ "rule": { … } }</c>.</summary>
    internal static bool Member(JsonElement item, out string name, out JsonElement body)
    {
        (name, body) = ("", default);
        if (item.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var member in item.EnumerateObject())
        {
            (name, body) = (member.Name, member.Value);
            return true;
        }
        return false;
    }

    internal static string Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    internal static int Number(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;

    /// <summary>Names are unique within a table: "ip nat POSTROUTING".</summary>
    private static string KeyOf(JsonElement body, string member) => string.Create(CultureInfo.InvariantCulture, $"{Text(body, "family")} {Text(body, "table")} {Text(body, member)}");

    private sealed class Draft(JsonElement body, int order)
    {
        public string Name { get; } = KeyOf(body, "name");

        /// <summary>Where its sets and the chains it jumps to are.</summary>
        public string Scope { get; } = $"{Text(body, "family")} {Text(body, "table")} ";

        public string Hook { get; } = Text(body, "hook");

        public bool IsBase => Hook.Length > 0;

        public bool IsNat { get; } = Text(body, "type") == "nat";

        public int Priority { get; } = Number(body, "prio");

        public int Order { get; } = order;

        public List<NatRule> Rules { get; } = [];

        private AddressFamily? Family { get; } = Text(body, "family") switch { "ip" => AddressFamily.InterNetwork, "ip6" => AddressFamily.InterNetworkV6, _ => null };

        public NatChain Done() => new(Name, Family, [.. Rules]) { Priority = Priority };
    }
}
