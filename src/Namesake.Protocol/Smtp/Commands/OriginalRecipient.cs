using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>The recipient as the first sender wrote it, carried along for bounces. RFC 3461 §4.2, RFC 6533 §3</summary>
/// <param name="AddressType"><c>rfc822</c>, <c>utf-8</c> or another atom, in lower case.</param>
/// <param name="Address">Decoded; not necessarily a mail address.</param>
public sealed record OriginalRecipient(string AddressType, string Address)
{
    /// <summary>Longest form in octets, encoded. RFC 3461 §4.2</summary>
    public const int MaxOctets = 500;

    public string AddressType { get; init; } = IsAtom(AddressType) ? AddressType
        : throw new ArgumentException("An address type is a word of letters, digits and hyphens.", nameof(AddressType));

    internal static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out OriginalRecipient? recipient)
    {
        recipient = null;
        var semicolon = text.IndexOf((byte)';');
        if (text.Length > MaxOctets || semicolon < 1 || !Ascii.IsValid(text[..semicolon]))
            return false;
        var type = Encoding.ASCII.GetString(text[..semicolon]).ToLowerInvariant();
        if (!IsAtom(type) || !Xtext.TryDecode(text[(semicolon + 1)..], type == "utf-8", out var address) || address.Length == 0)
            return false;
        recipient = new OriginalRecipient(type, address);
        return true;
    }

    private static bool IsAtom(string type) => type.Length > 0 && type.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    public string Encode() => $"{AddressType};{Xtext.Encode(Address, AddressType == "utf-8")}";
}
