using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>One DNS list and how to read it. RFC 5782</summary>
/// <param name="Zone">Below it names are asked for. May hold a subscriber's key: <see cref="Title"/> is for people.</param>
/// <param name="Kind">What it lists for, where its code says nothing else.</param>
public sealed record DnsList(DomainName Zone, ListKind Kind)
{
    private const string KeyedZone = ".dq.spamhaus.net";

    /// <summary>What single codes mean. Those not named mean <see cref="Kind"/>.</summary>
    public ImmutableArray<ListCode> Codes { get; init; } = [];

    /// <summary>The last octet is a sum of bits, each with its meaning, and not a code.</summary>
    public bool IsBits { get; init; }

    /// <summary>What a list of domains has in place of the name TEST.</summary>
    public string TestDomain { get; init; } = "test";

    public bool ListsV4 { get; init; } = true;

    public bool ListsV6 { get; init; }

    /// <summary>The name without a subscriber's key.</summary>
    public string Title => Zone.Value.EndsWith(KeyedZone, StringComparison.Ordinal) && Zone.Labels is { Length: > 4 } labels ? string.Join('.', labels[1..]) : Zone.Value;

    public ImmutableArray<ListKind> Kinds => [.. Codes.Where(code => code.Kind is not null).Select(code => code.Kind!.Value).Append(Kind).Distinct().Order()];

    /// <summary>The entry every list must have (RFC 5782 §5): 127.0.0.2, its IPv6 form where only IPv6 is listed, the name TEST for domains.</summary>
    public DomainName? MustBeListed => Kind == ListKind.Domain ? Below(TestDomain) : ListsV4 ? Below("2.0.0.127") : Below($"2.0.0.0.0.0.f.7.f.f.f.f{V6Rest}");

    /// <summary>The entry no list may have: 127.0.0.1, its IPv6 form, the name INVALID. A list that has it lists the world.</summary>
    public DomainName? MustNotBeListed => Kind == ListKind.Domain ? Below("invalid") : ListsV4 ? Below("1.0.0.127") : Below($"1.0.0.0.0.0.f.7.f.f.f.f{V6Rest}");

    // ::ffff:7f00:2 has twenty zeros behind what is written above.
    private static readonly string V6Rest = string.Concat(Enumerable.Repeat(".0", 20));

    /// <summary>Null when it doesn't list addresses of this family, or the name would be too long.</summary>
    public DomainName? NameOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (Kind == ListKind.Domain || !(address.AddressFamily == AddressFamily.InterNetwork ? ListsV4 : ListsV6))
            return null;
        var reversed = ReverseName.Of(address).Value;
        return Below(reversed[..reversed.LastIndexOf('.', reversed.Length - ".arpa".Length - 1)]);
    }

    /// <summary>Null when it lists no domains, or the name would be too long.</summary>
    public DomainName? NameOf(DomainName domain) => Kind == ListKind.Domain ? Below(domain.Value) : null;

    /// <summary>What an address the list answered with stands for.</summary>
    public IEnumerable<ListEntry> Meanings(IPAddress code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var octets = code.GetAddressBytes();
        var found = IsBits
            ? Codes.Where(known => known.Bits is { } bits && (octets[3] & bits) != 0)
            : Codes.Where(known => known.Code == (octets[1] << 16 | octets[2] << 8 | octets[3]));
        var entries = found.Select(known => new ListEntry(known.Kind ?? Kind, code, known.Meaning)).ToList();
        return entries.Count > 0 ? entries : [new ListEntry(Kind, code, "listed")];
    }

    /// <summary>For people and logs: no subscriber's key.</summary>
    public override string ToString() => $"{Title} ({string.Join(", ", Kinds)})";

    private DomainName? Below(string name) => DomainName.TryParse($"{name}.{Zone}", out var asked, out _) ? asked : null;
}

/// <summary>One code of a list.</summary>
/// <param name="Code">The last three octets of 127.x.y.z as a number; 0 for a bit.</param>
/// <param name="Kind">Null: the list's own.</param>
public sealed record ListCode(int Code, string Meaning, ListKind? Kind = null, int? Bits = null)
{
    public static ListCode Of(string address, string meaning, ListKind? kind = null)
    {
        var octets = IPAddress.Parse(address).GetAddressBytes();
        return new(octets[1] << 16 | octets[2] << 8 | octets[3], meaning, kind);
    }

    public static ListCode Bit(int bit, string meaning) => new(0, meaning, Bits: bit);

    public override string ToString() => Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $"bit {bits}: {Meaning}") : Meaning;
}
