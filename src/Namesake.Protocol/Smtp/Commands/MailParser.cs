using System.Buffers.Text;
using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Reads the arguments of MAIL. RFC 5321 §4.1.1.2 with SIZE, BODY, SMTPUTF8, RET, ENVID and AUTH.</summary>
internal static class MailParser
{
    private static readonly SmtpReply Usage = SmtpReply.Of(501, "5.5.4", "Syntax: MAIL FROM:<address> [parameters]");

    /// <summary>Longest ENVID, encoded. RFC 3461 §4.4</summary>
    private const int MaxEnvelopeId = 100;

    public static SmtpReply? Parse(ReadOnlySpan<byte> arguments, out MailCommand? command)
    {
        command = null;
        if (!PathReader.TrySplit(arguments, "FROM:"u8, out var path, out var parameters))
            return Usage;
        Mailbox? sender = null;
        if (!path.IsEmpty && !PathReader.TryReadMailbox(path, out sender, out var error))
            return SmtpReply.Of(501, "5.1.7", $"Bad sender address: {error}");

        var mail = new MailCommand(sender);
        var reader = new ParameterReader(parameters);
        while (reader.MoveNext())
            if (Apply(ref reader, ref mail) is { } refusal)
                return refusal;
        if (!mail.SmtpUtf8 && !Ascii.IsValid(path))
            return CommandParser.NeedsSmtpUtf8;
        command = mail;
        return null;
    }

    private static SmtpReply? Apply(ref ParameterReader reader, ref MailCommand mail)
    {
        var value = reader.Value;
        switch (reader.Keyword)
        {
            case "SIZE":
                if (!reader.IsFirst(0))
                    return reader.Twice();
                if (!TryReadSize(value, out var size))
                    return reader.Invalid();
                mail = mail with { Size = size };
                return null;
            case "BODY":
                if (!reader.IsFirst(1))
                    return reader.Twice();
                if (!TryReadBody(value, out var body))
                    return reader.Invalid();
                mail = mail with { Body = body };
                return null;
            case "SMTPUTF8":
                if (!reader.IsFirst(2))
                    return reader.Twice();
                if (reader.HasValue)
                    return reader.Invalid();
                mail = mail with { SmtpUtf8 = true };
                return null;
            case "RET":
                if (!reader.IsFirst(3))
                    return reader.Twice();
                var full = Ascii.EqualsIgnoreCase(value, "FULL"u8);
                if (!full && !Ascii.EqualsIgnoreCase(value, "HDRS"u8))
                    return reader.Invalid();
                mail = mail with { Return = full ? DsnReturn.Full : DsnReturn.Headers };
                return null;
            case "ENVID":
                if (!reader.IsFirst(4))
                    return reader.Twice();
                if (value.IsEmpty || value.Length > MaxEnvelopeId || !Xtext.TryDecode(value, unicode: false, out var id) || !Ascii.IsValid(id))
                    return reader.Invalid();
                mail = mail with { EnvelopeId = id };
                return null;
            case "AUTH":
                if (!reader.IsFirst(5))
                    return reader.Twice();
                if (value.IsEmpty || value.Length > 2 * Mailbox.MaxOctets || !Xtext.TryDecode(value, unicode: false, out var submitter))
                    return reader.Invalid();
                mail = mail with { Submitter = submitter };
                return null;
            default:
                return reader.Unsupported();
        }
    }

    // RFC 1870 §3: up to 20 digits; more than we can count is more than anyone takes.
    private static bool TryReadSize(ReadOnlySpan<byte> value, out long size)
    {
        size = long.MaxValue;
        if (value.IsEmpty || value.Length > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (Utf8Parser.TryParse(value, out long parsed, out var length) && length == value.Length)
            size = parsed;
        return true;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> value, out BodyType body)
    {
        body = Ascii.EqualsIgnoreCase(value, "8BITMIME"u8) ? BodyType.EightBitMime
            : Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8) ? BodyType.BinaryMime : BodyType.SevenBit;
        return body != BodyType.SevenBit || Ascii.EqualsIgnoreCase(value, "7BIT"u8);
    }
}
