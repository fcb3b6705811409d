using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>Sets and maps by name, read when a rule first asks for them.</summary>
internal sealed class NamedSets
{
    private readonly Dictionary<string, JsonElement> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NatValues?> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NatAction.SnatByMap?> _maps = new(StringComparer.Ordinal);

    public void Add(string name, JsonElement body) => _bodies.TryAdd(name, body);

    /// <returns>Null when there is no such set, or it holds what isn't understood.</returns>
    public NatValues? Values(string name)
    {
        if (!_values.TryGetValue(name, out var values))
            _values.Add(name, values = _bodies.TryGetValue(name, out var body) ? ValueReader.Read(Elements(body), this, "") : null);
        return values;
    }

    public NatAction.SnatByMap? Map(string name)
    {
        if (!_maps.TryGetValue(name, out var map))
            _maps.Add(name, map = _bodies.TryGetValue(name, out var body) ? ReadMap(Elements(body)) : null);
        return map;
    }

    /// <summary>[[key, address], …]; null when something else is in it.</summary>
    public static NatAction.SnatByMap? ReadMap(JsonElement pairs)
    {
        var exact = new Dictionary<IPAddress, AddressSpan>();
        var spans = ImmutableArray.CreateBuilder<(AddressSpan, AddressSpan)>();
        if (pairs.ValueKind == JsonValueKind.Undefined)
            return new NatAction.SnatByMap(FrozenDictionary<IPAddress, AddressSpan>.Empty, []); // an empty map
        if (pairs.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var pair in pairs.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || ValueReader.Span(pair[0]) is not { } from || ValueReader.Span(pair[1]) is not { } to)
                return null;
            if (from.IsSingle)
                exact.TryAdd(from.First, to);
            else
                spans.Add((from, to));
        }
        return new NatAction.SnatByMap(exact.ToFrozenDictionary(), spans.ToImmutable());
    }

    private static JsonElement Elements(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("elem", out var elements) ? elements : default;
}
