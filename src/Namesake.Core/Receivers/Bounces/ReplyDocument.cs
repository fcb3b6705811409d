using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>The refusals of one file, whatever kind of file it is. Hostile input: bounded, never throws.</summary>
/// <param name="Format">"replies", "json", "message" or "mailbox".</param>
/// <param name="Unread">Lines or messages in which no refusal was found.</param>
public sealed record ReplyDocument(string Format, ImmutableArray<HeardReply> Replies, int Unread)
{
    /// <summary>Longest file that is read, in octets.</summary>
    public const int MostOctets = 64 * 1024 * 1024;

    /// <summary>Refusals that are read of one file.</summary>
    public const int MostReplies = 1_000_000;

    /// <summary>By what it begins with: a JSON object, a mailbox's "From ", a header field, or replies, one a line.</summary>
    /// <param name="error">Why there is nothing to show, for the person who gave it.</param>
    public static bool TryRead(byte[] content, [NotNullWhen(true)] out ReplyDocument? document, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(content);
        (document, error) = (null, null);
        if (content.Length > MostOctets)
        {
            error = $"it is longer than {MostOctets >> 20} MiB: give it in parts";
            return false;
        }

        if (content.AsSpan().IndexOf((byte)0) >= 0)
        {
            error = "it is neither text nor a message: there are NUL octets in it";
            return false;
        }

        var text = content.AsSpan();
        if (text.StartsWith((byte[])[0xEF, 0xBB, 0xBF]))
            text = text[3..];
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            error = "it is empty";
            return false;
        }

        text = text[start..];
        if (!text.Contains((byte)'\n'))
        {
            // Line ends of long ago: carriage returns alone.
            text = text.ToArray();
            text.Replace((byte)'\r', (byte)'\n');
        }

        document = text[0] == (byte)'{' ? ReplyJsonLines.Read(Decode(text))
            : text.StartsWith("From "u8) ? BounceMessages.Read(text.ToArray(), mailbox: true)
            : BeginsWithField(text) ? BounceMessages.Read(text.ToArray(), mailbox: false)
            : ReplyLines.Read(Decode(text));
        if (!document.Replies.IsEmpty)
            return true;
        error = document.Format switch
        {
            "json" => "there is no refusal in it: a line is an object with \"reply\" (\"550 5.7.1 …\"), and \"stage\" and \"host\" where they are known",
            "message" => "it is a message without a refusal in it: neither a delivery status nor a reply in its text",
            "mailbox" => "no message in it has a refusal: neither a delivery status nor a reply in its text",
            _ => "it is no list of replies (550 …, one a line), no JSON lines, no message and no mailbox",
        };
        document = null;
        return false;
    }

    /// <summary>UTF-8 where it is, else Latin-1, as the reader of replies does.</summary>
    internal static string Decode(ReadOnlySpan<byte> octets) => Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);

    private static bool BeginsWithField(ReadOnlySpan<byte> text)
    {
        var name = text[..Math.Min(text.Length, 80)];
        var colon = name.IndexOf((byte)':');
        if (colon <= 0 || char.IsAsciiDigit((char)name[0]))
            return false;
        foreach (var octet in name[..colon])
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != (byte)'-')
                return false;
        // "smtp; 550 …" and "host: 550 …" are lines somebody copied; a message has several fields.
        var rest = text[Math.Min(text.Length, 64 * 1024)..].IsEmpty ? text : text[..(64 * 1024)];
        return rest.IndexOf("\nSubject:"u8) >= 0 || rest.IndexOf("\nFrom:"u8) >= 0 || rest.IndexOf("\nDate:"u8) >= 0 || rest.IndexOf("\nContent-Type:"u8) >= 0 || rest.StartsWith("From:"u8) || rest.StartsWith("Return-Path:"u8)
            || rest.StartsWith("Received:"u8);
    }
}
