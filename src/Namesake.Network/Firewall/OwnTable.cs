using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;

namespace Namesake.Network.Firewall;

/// <summary>Our own table among nft's. Anything in it that we'd not have written makes all of it not understood: it is then nobody's to replace.</summary>
/// <param name="Ours">Null: there is none, or <paramref name="Trouble"/>. Without a rule, or without what it looks up, the table translates nothing, whatever else is in it.</param>
/// <param name="Handle">The table's, never given to another one; 0: there is none.</param>
/// <param name="RuleHandle">The handle of its one rule; 0: there is none.</param>
public sealed record OwnTable(TranslationTable? Ours, int Handle, int RuleHandle, string? Trouble)
{
    public static OwnTable None { get; } = new(null, 0, 0, null);

    /// <param name="json">What <c>nft -j list ruleset</c> prints.</param>
    /// <returns>Null when it is no such document.</returns>
    public static OwnTable? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("nftables", out var items) && items.ValueKind == JsonValueKind.Array ? Read(items) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null; // the second is text that is no UTF-8: a comment may hold any octets
        }
    }

    private static OwnTable Read(JsonElement items)
    {
        var (handle, rule, map, chain) = (0, default(JsonElement?), default(JsonElement?), default(JsonElement?));
        string? trouble = null;
        foreach (var item in items.EnumerateArray())
        {
            if (!RulesetReader.Member(item, out var kind, out var body) || RulesetReader.Text(body, "family") != "ip")
                continue;
            if (kind == "table" && RulesetReader.Text(body, "name") == NftablesText.Table)
                handle = RulesetReader.Number(body, "handle");
            if (kind == "table" || RulesetReader.Text(body, "table") != NftablesText.Table)
                continue;
            switch (kind)
            {
                case "map" when map is null && RulesetReader.Text(body, "name") == NftablesText.Mail:
                    map = body;
                    break;
                case "chain" when chain is null && IsOurChain(body):
                    chain = body;
                    break;
                case "rule" when rule is null && RulesetReader.Text(body, "chain") == NftablesText.Mail:
                    rule = body;
                    break;
                default:
                    trouble ??= string.Create(CultureInfo.InvariantCulture, $"{kind} {RulesetReader.Text(body, kind == "rule" ? "chain" : "name")}, handle {RulesetReader.Number(body, "handle")}");
                    break;
            }
        }
        if (handle == 0)
            return None;
        if (trouble is not null)
            return Foreign(trouble);
        if (rule is null || map is null || chain is null)
            return new OwnTable(new TranslationTable([]), handle, 0, null);
        var ruleHandle = RulesetReader.Number(rule.Value, "handle");
        if (Scope(rule.Value) is not var (device, user))
            return Foreign(string.Create(CultureInfo.InvariantCulture, $"rule of chain {NftablesText.Mail}, handle {ruleHandle}"));
        return Mappings(map.Value) is { } mappings
            ? new OwnTable(new TranslationTable(mappings) { Device = device, User = user }, handle, ruleHandle, null)
            : Foreign($"map {NftablesText.Mail}");

        OwnTable Foreign(string what) => new(null, handle, 0,
            $"our table ip {NftablesText.Table} holds what we did not write: {what}. Take it out (`nft -a list table ip {NftablesText.Table}` shows it), or delete the table (`nft delete table ip {NftablesText.Table}`) and plan anew");
    }

    private static bool IsOurChain(JsonElement body) => RulesetReader.Text(body, "name") == NftablesText.Mail && RulesetReader.Text(body, "type") == "nat" && RulesetReader.Text(body, "hook") == "postrouting"
        && RulesetReader.Number(body, "prio") == NftablesText.Priority && RulesetReader.Text(body, "policy") == "accept";

    /// <returns>Null when it is no rule of ours.</returns>
    private static (string? Device, int? User)? Scope(JsonElement rule)
    {
        if (!rule.TryGetProperty("expr", out var expressions) || expressions.ValueKind != JsonValueKind.Array)
            return null;
        var (device, user, isPort, isSnat) = (default(string), default(int?), false, false);
        foreach (var expression in expressions.EnumerateArray())
        {
            if (isSnat || !RulesetReader.Member(expression, out var kind, out var body))
                return null;
            if (kind == "snat" && Snat(body))
                isSnat = true;
            else if (kind != "match" || RulesetReader.Text(body, "op") != "==" || !body.TryGetProperty("left", out var left) || !body.TryGetProperty("right", out var right) || !RulesetReader.Member(left, out var what, out var of))
                return null;
            else if (what == "payload" && RulesetReader.Text(of, "protocol") == "tcp" && RulesetReader.Text(of, "field") == "dport" && right.ValueKind == JsonValueKind.Number && right.TryGetInt32(out var port) && port == 25)
                isPort = true;
            else if (what == "meta" && RulesetReader.Text(of, "key") == "oifname" && right.ValueKind == JsonValueKind.String)
                device = right.GetString();
            else if (what == "meta" && RulesetReader.Text(of, "key") == "skuid" && right.ValueKind == JsonValueKind.Number && right.TryGetInt32(out var id) && id >= 0)
                user = id;
            else
                return null;
        }
        return isPort && isSnat ? (device, user) : null;
    }

    private static bool Snat(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.EnumerateObject().Count() == 1 && body.TryGetProperty("addr", out var address)
        && RulesetReader.Member(address, out var kind, out var map) && kind == "map" && RulesetReader.Text(map, "data") == "@" + NftablesText.Mail
        && map.TryGetProperty("key", out var key) && RulesetReader.Member(key, out var what, out var payload) && what == "payload" && RulesetReader.Text(payload, "protocol") == "ip" && RulesetReader.Text(payload, "field") == "saddr";

    private static ImmutableArray<Mapping>? Mappings(JsonElement map)
    {
        if (RulesetReader.Text(map, "type") != "ipv4_addr" || RulesetReader.Text(map, "map") != "ipv4_addr" || map.TryGetProperty("flags", out _) || map.TryGetProperty("timeout", out _))
            return null;
        if (!map.TryGetProperty("elem", out var elements))
            return [];
        if (NamedSets.ReadMap(elements) is not { Spans.IsEmpty: true } read)
            return null;
        return read.Exact.All(pair => pair.Key.AddressFamily == AddressFamily.InterNetwork && pair.Value is { IsSingle: true, First.AddressFamily: AddressFamily.InterNetwork })
            ? [.. read.Exact.Select(pair => new Mapping(pair.Key, pair.Value.First)).OrderBy(mapping => mapping.Local, AddressOrder.Instance)] : null;
    }
}
