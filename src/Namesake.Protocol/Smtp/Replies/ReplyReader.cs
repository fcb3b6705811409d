using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace Namesake.Protocol.Smtp.Replies;

/// <summary>Reads the replies of servers we talk to. RFC 5321 §4.2.1</summary>
/// <remarks>Tolerant where a peer's habit cannot hurt: no text, a bare LF as line end (the reply's text is never sent on, so nothing can be smuggled), any bytes as text (UTF-8
/// where it is, else Latin-1; control characters become question marks). Strict where we could lose step: every line has a code, and it is the same code.</remarks>
public static class ReplyReader
{
    /// <summary>Longest line in octets. RFC 5321 §4.5.3.1.5 allows 512; large receivers exceed it with links in refusals.</summary>
    public const int MaxLineOctets = 4096;

    /// <summary>Most lines of one reply; refusals of large receivers have up to ten, HELP texts and EHLO some thirty.</summary>
    public const int MaxLines = 128;

    /// <summary>Longest reply in octets.</summary>
    public const int MaxOctets = 32 * 1024;

    /// <summary>Takes one reply from the start of the buffer. After <see cref="ReplyReadResult.Complete"/> the buffer begins behind it; otherwise it is unchanged.</summary>
    /// <param name="error">Why it is malformed; for logs.</param>
    public static ReplyReadResult TryRead(ref ReadOnlySequence<byte> buffer, out SmtpReply? reply, out string? error)
    {
        reply = null;
        error = null;
        var reader = new SequenceReader<byte>(buffer);
        ImmutableArray<string>.Builder? lines = null; // of a reply with more than one
        var count = 0;
        EnhancedStatusCode? enhanced = null;
        var code = 0;
        Span<byte> copy = stackalloc byte[MaxLineOctets];
        while (true)
        {
            if (!reader.TryReadTo(out ReadOnlySequence<byte> sequence, (byte)'\n'))
            {
                if (reader.Remaining >= MaxLineOctets)
                    error = $"a line is longer than {MaxLineOctets} octets";
                else if (buffer.Length >= MaxOctets)
                    error = $"the reply is longer than {MaxOctets} octets";
                return error is null ? ReplyReadResult.NeedMore : ReplyReadResult.Malformed;
            }
            if (sequence.Length >= MaxLineOctets || reader.Consumed > MaxOctets || count == MaxLines)
            {
                error = sequence.Length >= MaxLineOctets ? $"a line is longer than {MaxLineOctets} octets"
                    : count == MaxLines ? $"the reply has more than {MaxLines} lines" : $"the reply is longer than {MaxOctets} octets";
                return ReplyReadResult.Malformed;
            }
            sequence.CopyTo(copy);
            var line = copy[..(int)sequence.Length];
            if (!line.IsEmpty && line[^1] == '\r')
                line = line[..^1];
            if (!TryReadCode(line, out var lineCode, out error) || (code != 0 && lineCode != code))
            {
                error ??= $"lines of one reply have different codes: {code}, then {lineCode}";
                return ReplyReadResult.Malformed;
            }
            code = lineCode;
            var text = Text(line, count++ == 0, ref enhanced);
            if (line.Length > 3 && line[3] == '-')
            {
                (lines ??= ImmutableArray.CreateBuilder<string>()).Add(text);
                continue;
            }
            lines?.Add(text);
            reply = new SmtpReply(code, enhanced, lines?.ToImmutable() ?? [text]);
            buffer = buffer.Slice(reader.Position);
            return ReplyReadResult.Complete;
        }
    }

    private static bool TryReadCode(ReadOnlySpan<byte> line, out int code, out string? error)
    {
        code = 0;
        error = null;
        if (line.Length >= 3 && line[0] is >= (byte)'2' and <= (byte)'5' && char.IsAsciiDigit((char)line[1]) && char.IsAsciiDigit((char)line[2])
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-'))
        {
            code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
            return true;
        }
        error = $"a line does not begin with a reply code: \"{Decode(line[..Math.Min(line.Length, 60)])}\"";
        return false;
    }

    private static string Text(ReadOnlySpan<byte> line, bool first, ref EnhancedStatusCode? enhanced)
    {
        var text = Decode(line.Length > 4 ? line[4..] : default);
        if (!EnhancedStatusCode.TryRead(text, out var found, out var length))
            return text;
        if (first)
            enhanced = found;
        return enhanced == found ? text[Math.Min(length + 1, text.Length)..] : text;
    }

    private static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);
        foreach (var c in text)
            if (char.IsControl(c))
                return string.Create(text.Length, text, static (span, text) =>
                {
                    for (var i = 0; i < span.Length; i++)
                        span[i] = text[i] == '\t' ? ' ' : char.IsControl(text[i]) ? '?' : text[i];
                });
        return text;
    }
}
