using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Namesake.Protocol.Addresses;

/// <summary>A mail address, valid by construction. RFC 5321 §4.1.2, with UTF-8 by RFC 6531 §3.3.</summary>
/// <remarks>Equality is by meaning: <c>"ann"@x</c> and <c>ann@x</c> are the same; the case of the local part counts (RFC 5321 §2.4).
/// Address literals (<c>ann@[192.0.2.1]</c>) are refused: who relays by domain has no domain to judge there.</remarks>
public sealed record Mailbox
{
    /// <summary>Longest address in octets: a path is 256 with its angle brackets. RFC 5321 §4.5.3.1.3</summary>
    /// <remarks>The local part has no limit of its own. 64 octets are what everybody must be able to take, and longer ones are to be taken where possible
    /// (RFC 5321 §4.5.3.1): return paths that carry the recipient's address in them (VERP) are longer, and so is what SRS makes of them.</remarks>
    public const int MaxOctets = 254;

    private Mailbox(string localPart, DomainName domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>The local part as it is meant: without quotes and backslashes.</summary>
    public string LocalPart { get; }

    public DomainName Domain { get; }

    /// <summary>True when the address can be sent to any server; U-labels of the domain don't matter, as they are kept as A-labels.</summary>
    public bool IsAscii => Ascii.IsValid(LocalPart);

    /// <summary>True when only a server with SMTPUTF8 can take the address. RFC 6531 §3.2</summary>
    public bool NeedsSmtpUtf8 => !IsAscii;

    public static bool TryParse(string? text, bool allowUtf8, [NotNullWhen(true)] out Mailbox? mailbox, [NotNullWhen(false)] out string? error)
    {
        mailbox = null;
        if (text is null || text.Length > 4 * MaxOctets) // before anything is allocated for it
        {
            error = text is null ? "the address is empty" : TooLong;
            return false;
        }
        Span<byte> bytes = stackalloc byte[3 * text.Length];
        if (Utf8.FromUtf16(text, bytes, out _, out var length, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
        {
            error = "the address has half a character (a lone surrogate)";
            return false;
        }
        return TryParse(bytes[..length], allowUtf8, out mailbox, out error);
    }

    /// <summary>Reads <c>local-part@domain</c>, nothing before or behind it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, [NotNullWhen(true)] out Mailbox? mailbox, [NotNullWhen(false)] out string? error)
    {
        mailbox = null;
        if (text.Length > 4 * MaxOctets)
        {
            error = TooLong;
            return false;
        }
        if (!allowUtf8 && !Ascii.IsValid(text))
        {
            error = "the address has characters beyond ASCII";
            return false;
        }
        if (!Addresses.LocalPart.TryRead(text, out var localPart, out var length, out error))
            return false;
        var domain = text[length..];
        if (domain.IsEmpty || domain[0] != '@')
        {
            error = domain.IsEmpty ? "the address has no @" : $"'{(domain[0] is > 32 and < 127 ? (char)domain[0] : '?')}' cannot stand in the local part of an address without quotes";
            return false;
        }
        domain = domain[1..];
        if (!domain.IsEmpty && domain[0] == '[')
        {
            error = "address literals are not accepted: the domain must be a name";
            return false;
        }
        if (!Utf8.IsValid(domain))
        {
            error = "the domain is not UTF-8";
            return false;
        }
        if (!domain.IsEmpty && domain[^1] == '.') // RFC 5321 §2.3.5: a domain in SMTP has no trailing dot.
        {
            error = "the domain ends with a dot";
            return false;
        }
        return DomainName.TryParse(Encoding.UTF8.GetString(domain), out var name, out error)
            && TryCreate(localPart, name, out mailbox, out error);
    }

    /// <summary>Puts an address together, as bounces and SRS need it.</summary>
    /// <param name="localPart">As it is meant, without quotes; any printable text.</param>
    public static bool TryCreate(string localPart, DomainName domain, [NotNullWhen(true)] out Mailbox? mailbox, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(localPart);
        ArgumentNullException.ThrowIfNull(domain);
        mailbox = null;
        error = Addresses.LocalPart.Fault(localPart);
        if (error is null && domain.Value.Contains('/', StringComparison.Ordinal))
            error = "'/' cannot stand in the domain of an address";
        if (error is not null)
            return false;
        var octets = Encoding.UTF8.GetByteCount(Addresses.LocalPart.Quote(localPart));
        if (octets + 1 + domain.Value.Length > MaxOctets)
            error = TooLong;
        else
            mailbox = new Mailbox(localPart, domain);
        return error is null;
    }

    /// <summary>For literals and tests; UTF-8 allowed.</summary>
    /// <exception cref="FormatException">The text is no address; the message says why.</exception>
    public static Mailbox Parse(string text) =>
        TryParse(text, allowUtf8: true, out var mailbox, out var error) ? mailbox : throw new FormatException($"\"{text}\" is no mail address: {error}.");

    /// <summary>The address as it is written in commands and headers, quoted where it must be.</summary>
    public override string ToString() => $"{Addresses.LocalPart.Quote(LocalPart)}@{Domain.Value}";

    internal static string TooLong => $"the address is longer than {MaxOctets} octets";
}
