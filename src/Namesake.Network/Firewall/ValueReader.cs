using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>Reads the right-hand side of a match: a value, a prefix, a range, a set, or the name of one.</summary>
internal static class ValueReader
{
    private const int MostValues = 200_000;

    /// <param name="scope">The table named sets are in.</param>
    /// <returns>Null: not understood.</returns>
    public static NatValues? Read(JsonElement value, NamedSets sets, string scope)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
            return NatValues.None; // a set without elements
        if (value.ValueKind == JsonValueKind.String && value.GetString() is ['@', .. var name])
            return sets.Values(scope + name);
        var addresses = new HashSet<IPAddress>();
        var spans = ImmutableArray.CreateBuilder<AddressSpan>();
        var words = ImmutableArray.CreateBuilder<string>();
        var numbers = ImmutableArray.CreateBuilder<(int, int)>();
        var count = 0;
        foreach (var one in Each(value))
            if (++count > MostValues || !Take(one, addresses, spans, words, numbers))
                return null;
        return new NatValues { Addresses = addresses.ToFrozenSet(), Spans = spans.ToImmutable(), Words = words.ToImmutable(), Numbers = numbers.ToImmutable() };
    }

    /// <summary>An address, a prefix or a range; null: something else.</summary>
    public static AddressSpan? Span(JsonElement value)
    {
        value = Bare(value);
        if (value.ValueKind == JsonValueKind.String)
            return IPAddress.TryParse(value.GetString(), out var address) ? AddressSpan.Of(address) : null;
        if (!RulesetReader.Member(value, out var kind, out var body))
            return null;
        if (kind == "range" && body.ValueKind == JsonValueKind.Array && body.GetArrayLength() == 2 && Span(body[0]) is { IsSingle: true } first && Span(body[1]) is { IsSingle: true } last
            && first.First.AddressFamily == last.First.AddressFamily)
            return new AddressSpan(first.First, last.First);
        return kind == "prefix" && IPAddress.TryParse(RulesetReader.Text(body, "addr"), out var network) && RulesetReader.Number(body, "len") is >= 0 and var length && length <= Width(network) ? Block(network, length) : null;
    }

    private static IEnumerable<JsonElement> Each(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        JsonValueKind.Object when value.TryGetProperty("set", out var set) => set.ValueKind == JsonValueKind.Array ? set.EnumerateArray() : [set],
        _ => [value],
    };

    private static bool Take(JsonElement value, HashSet<IPAddress> addresses, ImmutableArray<AddressSpan>.Builder spans, ImmutableArray<string>.Builder words, ImmutableArray<(int, int)>.Builder numbers)
    {
        value = Bare(value);
        if (Span(value) is { } span)
        {
            if (span.IsSingle)
                addresses.Add(span.First);
            else
                spans.Add(span);
            return true;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt32(out var number):
                numbers.Add((number, number));
                return true;
            case JsonValueKind.String:
                words.Add(value.GetString()!);
                return true;
            case JsonValueKind.Object when value.TryGetProperty("range", out var range) && range.ValueKind == JsonValueKind.Array && range.GetArrayLength() == 2
                && range[0].ValueKind == JsonValueKind.Number && range[1].ValueKind == JsonValueKind.Number && range[0].TryGetInt32(out var first) && range[1].TryGetInt32(out var last):
                numbers.Add((first, last));
                return true;
            default:
                return false;
        }
    }

    /// <summary>An element with a time-out or a counter is wrapped: <c>{ "elem": { "val": … } }</c>.</summary>
    private static JsonElement Bare(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("elem", out var element) && element.ValueKind == JsonValueKind.Object && element.TryGetProperty("val", out var inner) ? inner : value;

    internal static int Width(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    internal static AddressSpan Block(IPAddress network, int length)
    {
        var (first, last) = (network.GetAddressBytes(), network.GetAddressBytes());
        for (var i = 0; i < first.Length; i++)
        {
            var mask = (byte)(0xFF00 >> Math.Clamp(length - (i * 8), 0, 8));
            first[i] &= mask;
            last[i] |= (byte)~mask;
        }
        return new AddressSpan(new IPAddress(first), new IPAddress(last));
    }
}
