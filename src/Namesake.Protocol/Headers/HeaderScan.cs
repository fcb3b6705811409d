using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Headers;

/// <summary>Reads the few header fields that a relay judges by, in one pass, without copying the message. RFC 5322 §2.2 and §3.6</summary>
/// <remarks>Meant for content that passed <c>ContentReader</c>: lines end with CRLF only. Never throws, whatever the octets; what it can't read it says so of.</remarks>
public static class HeaderScan
{
    /// <summary>Longest header read. Headers grow by a few hundred octets per host; 256 KiB is far beyond any that travels.</summary>
    public const int MaxOctets = 256 * 1024;

    /// <summary>Longest message id kept, in octets: a line. RFC 5322 §2.1.1</summary>
    private const int MaxMessageId = 998;

    /// <param name="isWhole">False when the content goes on beyond what is given: a header that has no end in it is malformed then, and so is its From, because fields may follow that
    /// nobody has seen.</param>
    public static HeaderFacts Read(ReadOnlySpan<byte> content, bool isWhole = true)
    {
        isWhole &= content.Length <= MaxOctets;
        var scanned = content[..Math.Min(content.Length, MaxOctets)];
        var from = ImmutableArray.CreateBuilder<Mailbox>();
        int received = 0, fromFields = 0;
        bool hasDate = false, malformed = false, fromMalformed = false, fromHides = false, ended = false;
        string? messageId = null;
        var fields = new FieldReader(scanned);
        while (fields.MoveNext())
        {
            if (fields.IsBlankLine)
            {
                ended = true;
                break;
            }
            if (!isWhole && (!fields.IsEnded || fields.Position == scanned.Length))
                break; // cut off by the limit: better not known than known by half
            if (!fields.TrySplit(out var name, out var value))
                malformed = true;
            else if (Ascii.EqualsIgnoreCase(name, "Received"u8))
                received++;
            else if (Ascii.EqualsIgnoreCase(name, "Date"u8))
                hasDate = true;
            else if (Ascii.EqualsIgnoreCase(name, "Message-ID"u8))
                messageId ??= MessageId(value);
            else if (Ascii.EqualsIgnoreCase(name, "From"u8))
            {
                fromFields++;
                if (!AddressList.TryRead(value, from))
                {
                    fromMalformed = true;
                    fromHides |= value.Contains((byte)'@');
                }
            }
        }
        var cutOff = !ended && !isWhole;
        return new HeaderFacts
        {
            HeaderLength = fields.Position,
            ReceivedCount = received,
            From = from.ToImmutable(),
            FromFields = fromFields,
            IsFromMalformed = fromMalformed || cutOff,
            MayFromShowAnother = fromHides || cutOff,
            MessageId = messageId,
            HasDate = hasDate,
            IsMalformed = malformed || cutOff,
        };
    }

    private static string MessageId(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        var end = value.IndexOf((byte)'>');
        if (end >= 0)
            value = value[..(end + 1)];
        value = value[..Math.Min(value.Length, MaxMessageId)];
        var text = Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : Encoding.Latin1.GetString(value);
        foreach (var c in text)
            if (char.IsControl(c))
                return string.Concat(text.Where(c => !char.IsControl(c)));
        return text;
    }
}
