using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>The part of a report that programs read: fields about the message, then about each recipient (RFC 3464 §2).</summary>
/// <remarks>Written here and not by MimeKit, which would fold inside addresses and encode words where RFC 3464 wants them plain. Addresses beyond ASCII stand as they are
/// only in message/global-delivery-status; in message/delivery-status as <c>utf-8; b\x{F6}b@…</c> (RFC 6533 §3).</remarks>
internal sealed class DsnStatus(bool utf8)
{
    private const int FoldAt = 76;
    private const int LongestWord = 300; // below 998 octets whatever the characters

    private readonly StringBuilder _text = new();

    public static MimePart Write(HostName reporter, Consignment about, IReadOnlyList<DsnRecipient> recipients, bool utf8, DateTimeOffset now)
    {
        var status = new DsnStatus(utf8);
        status.About(reporter, about);
        foreach (var recipient in recipients)
            status.About(recipient, about, now);
        var bytes = Encoding.UTF8.GetBytes(status._text.ToString());
        return new MimePart("message", utf8 ? "global-delivery-status" : "delivery-status")
        {
            Content = new MimeContent(new MemoryStream(bytes, writable: false)),
            ContentTransferEncoding = bytes.AsSpan().ContainsAnyInRange((byte)0x80, (byte)0xFF) ? ContentEncoding.EightBit : ContentEncoding.SevenBit,
        };
    }

    private void About(HostName reporter, Consignment about)
    {
        Field("Reporting-MTA", $"dns; {reporter.Value}");
        if (about.EnvelopeId is { } id)
            Field("Original-Envelope-Id", id);
        Field("Arrival-Date", DateUtils.FormatDate(about.AcceptedAt));
    }

    private void About(DsnRecipient told, Consignment about, DateTimeOffset now)
    {
        _text.Append("\r\n");
        var address = told.Recipient.Address;
        if (told.Recipient.OriginalRecipient is { } original)
            Field("Original-Recipient", Address(original.AddressType, original.Address));
        Field("Final-Recipient", Address(address.NeedsSmtpUtf8 ? "utf-8" : "rfc822", address.ToString()));
        Field("Action", told.Action switch { DsnAction.Failed => "failed", DsnAction.Delayed => "delayed", _ => "relayed" });
        Field("Status", told.Status);
        if (told.RemoteMta is { } remote)
            Field("Remote-MTA", $"dns; {remote}");
        if (told.Reply is { } reply)
            Folded("Diagnostic-Code", $"smtp; {reply}");
        if (told.Recipient.Attempts > 0)
            Field("Last-Attempt-Date", DateUtils.FormatDate(now));
        Field("Final-Log-ID", about.Message.ToString());
        if (told.Action == DsnAction.Delayed)
            Field("Will-Retry-Until", DateUtils.FormatDate(about.Expires));
    }

    /// <summary>Decoded where it can stand so (RFC 3461 §6.3), in the form of its type where it can't.</summary>
    private string Address(string type, string address) =>
        type != "utf-8" ? $"{type}; {(Ascii(address) ? address : new OriginalRecipient(type, address).Encode()[(type.Length + 1)..])}"
        : utf8 ? $"utf-8; {Unitext(address)}"
        : new OriginalRecipient(type, address).Encode().Insert("utf-8;".Length, " ");

    /// <summary>UTF-8 as it is; what the form itself needs, and what would end it, as code points. RFC 6533 §3, utf-8-addr-unitext</summary>
    private static string Unitext(string address) =>
        string.Concat(address.Select(c => c is '\\' or '+' or '=' or ' ' ? string.Create(CultureInfo.InvariantCulture, $"\\x{{{(int)c:X2}}}") : c.ToString()));

    /// <summary>One field as it is: an address must not be folded.</summary>
    private void Field(string name, string value)
    {
        _text.Append(name).Append(": ");
        Append(value);
        _text.Append("\r\n");
    }

    /// <summary>One field folded at its blanks; a word without any is cut before it makes a line nobody takes.</summary>
    private void Folded(string name, string value)
    {
        _text.Append(name).Append(':');
        var column = name.Length + 1;
        foreach (var word in value.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => word.Chunk(LongestWord)))
        {
            if (column > name.Length + 1 && column + 1 + word.Length > FoldAt)
            {
                _text.Append("\r\n");
                column = 0;
            }

            _text.Append(' ');
            Append(word);
            column += 1 + word.Length;
        }

        _text.Append("\r\n");
    }

    /// <summary>Nothing in a value can end its field.</summary>
    private void Append(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
            _text.Append(char.IsControl(c) || (c > '~' && !utf8) ? '?' : c);
    }

    private static bool Ascii(string text) => text.All(char.IsAscii);
}
