using System.Net;

namespace Namesake.Protocol.Spf;

/// <summary>One word of a policy. RFC 7208 §4.6.1</summary>
/// <param name="Text">As written.</param>
/// <param name="Position">Of its first character in the record, from 0.</param>
public abstract record SpfTerm(string Text, int Position)
{
    /// <summary>Whether evaluating it asks DNS and so counts against the ten of RFC 7208 §4.6.4.</summary>
    public abstract bool AsksDns { get; }

    public sealed override string ToString() => Text;
}

/// <summary>A mechanism with its qualifier. RFC 7208 §5</summary>
/// <param name="Domain">Null: the domain that is being checked.</param>
/// <param name="Network">Of ip4 and ip6; null for the others.</param>
/// <param name="V4Length">How many bits must agree with an A record. Default 32.</param>
/// <param name="V6Length">The same for AAAA. Default 128.</param>
public sealed record SpfDirective(
    string Text, int Position, SpfQualifier Qualifier, SpfMechanism Mechanism, SpfMacroString? Domain = null, SpfNetwork? Network = null, int V4Length = 32, int V6Length = 128)
    : SpfTerm(Text, Position)
{
    public override bool AsksDns => Mechanism is SpfMechanism.Include or SpfMechanism.A or SpfMechanism.MX or SpfMechanism.Ptr or SpfMechanism.Exists;
}

/// <summary>Something said about the policy as a whole: redirect, exp, or a name nobody knows yet. RFC 7208 §6</summary>
/// <param name="Name">In lower case.</param>
public sealed record SpfModifier(string Text, int Position, string Name, SpfMacroString Value) : SpfTerm(Text, Position)
{
    public override bool AsksDns => Name == "redirect"; // exp asks only when all is decided: RFC 7208 §4.6.4
}

/// <summary>What a match means. RFC 7208 §4.6.2</summary>
public enum SpfQualifier
{
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

public enum SpfMechanism
{
    All,
    Include,
    A,
    MX,
    Ptr,
    IP4,
    IP6,
    Exists,
}

/// <summary>A block of addresses as SPF writes it: unlike elsewhere, bits beyond the length are allowed and don't count. RFC 7208 §5.6</summary>
public sealed record SpfNetwork(IPAddress Address, int PrefixLength)
{
    public bool Contains(IPAddress address) => Agree(Address, address, PrefixLength);

    /// <summary>Whether two addresses of one family have the same first bits.</summary>
    public static bool Agree(IPAddress one, IPAddress other, int bits)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.AddressFamily != other.AddressFamily)
            return false;
        Span<byte> a = stackalloc byte[16], b = stackalloc byte[16];
        one.TryWriteBytes(a, out var length);
        other.TryWriteBytes(b, out _);
        bits = Math.Clamp(bits, 0, length * 8);
        var whole = bits / 8;
        return a[..whole].SequenceEqual(b[..whole]) && (bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0);
    }
}
