using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Namesake.Protocol.Smtp.Replies;

/// <summary>One reply of a server, ours or a peer's. RFC 5321 §4.2</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Enhanced">Null where none was given, or where none belongs: greeting, EHLO, 3xx. RFC 2034 §4</param>
/// <param name="Lines">The texts without code and enhanced code, at least one (it may be empty). From a peer they are hostile text, but hold no control characters.</param>
public sealed record SmtpReply(int Code, EnhancedStatusCode? Enhanced, ImmutableArray<string> Lines)
{
    /// <summary>Longest line we write, in octets with CRLF. RFC 5321 §4.5.3.1.5</summary>
    public const int MaxLineOctets = 512;

    public int Code { get; init; } = Code is >= 200 and <= 599 ? Code : throw new ArgumentOutOfRangeException(nameof(Code), Code, "A reply code is 200 to 599.");

    public ImmutableArray<string> Lines { get; init; } = Lines.IsDefaultOrEmpty ? [""] : Lines;

    /// <summary>2xx and 3xx.</summary>
    public bool IsPositive => Code < 400;

    /// <summary>2xx: what was asked is done. A 3xx only asks for more (RFC 5321 §4.2.1).</summary>
    public bool IsCompletion => Code < 300;

    /// <summary>4xx: trying again later may help.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>5xx: trying the same again will not help.</summary>
    public bool IsPermanent => Code >= 500;

    /// <exception cref="ArgumentException">Code and enhanced code disagree: a mistake in our program.</exception>
    public static SmtpReply Of(int code, string enhanced, params ReadOnlySpan<string> lines)
    {
        var status = EnhancedStatusCode.Parse(enhanced);
        return status.Class == code / 100 ? new SmtpReply(code, status, [.. lines])
            : throw new ArgumentException($"{code} and {enhanced} are of different classes.", nameof(enhanced));
    }

    /// <summary>A reply without enhanced code: greeting, EHLO, 3xx.</summary>
    public static SmtpReply Plain(int code, params ReadOnlySpan<string> lines) => new(code, null, [.. lines]);

    /// <summary>Writes code, enhanced code and text on every line (RFC 2034 §4). Text can break nothing: what is not printable ASCII becomes a question mark, lines too long
    /// for <see cref="MaxLineOctets"/> are continued on the next.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<char> written = stackalloc char[16]; // "5.999.999 "
        var length = 0;
        if (Enhanced is { } enhanced)
            written.TryWrite(CultureInfo.InvariantCulture, $"{enhanced.Class}.{enhanced.Subject}.{enhanced.Detail} ", out length);
        ReadOnlySpan<char> status = written[..length];
        var room = MaxLineOctets - "250 ".Length - status.Length - "\r\n".Length;
        for (var i = 0; i < Lines.Length; i++)
        {
            var rest = Lines[i].AsSpan();
            while (rest.Length > room)
            {
                var cut = rest[..room].LastIndexOf(' ');
                cut = cut < room / 2 ? room : cut + 1;
                WriteLine(output, '-', status, rest[..cut]);
                rest = rest[cut..];
            }
            WriteLine(output, i == Lines.Length - 1 ? ' ' : '-', status, rest);
        }
    }

    public bool Equals(SmtpReply? other) =>
        other is not null && Code == other.Code && Enhanced == other.Enhanced && Lines.AsSpan().SequenceEqual(other.Lines.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Code);
        hash.Add(Enhanced);
        foreach (var line in Lines)
            hash.Add(line, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <summary>The whole reply on one line, for logs and people.</summary>
    public override string ToString()
    {
        if (Lines is [{ Length: > 0 } only] && !HasControl(only))
            return Enhanced is { } status
                ? string.Create(CultureInfo.InvariantCulture, $"{Code} {status.Class}.{status.Subject}.{status.Detail} {only}")
                : string.Create(CultureInfo.InvariantCulture, $"{Code} {only}");
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Code}");
        if (Enhanced is { } enhanced)
            text.Append(CultureInfo.InvariantCulture, $" {enhanced}");
        for (var i = 0; i < Lines.Length; i++)
            if (Lines[i].Length > 0)
                text.Append(i == 0 ? " " : " / ").Append(Lines[i]);
        for (var i = 0; i < text.Length; i++)
            if (char.IsControl(text[i]))
                text[i] = '?';
        return text.ToString();
    }

    private static bool HasControl(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c))
                return true;
        return false;
    }

    private void WriteLine(IBufferWriter<byte> output, char separator, ReadOnlySpan<char> status, ReadOnlySpan<char> text)
    {
        var length = 4 + status.Length + text.Length + 2;
        var line = output.GetSpan(length);
        Code.TryFormat(line, out _, provider: CultureInfo.InvariantCulture);
        line[3] = (byte)separator;
        Encoding.ASCII.GetBytes(status, line[4..]);
        var position = 4 + status.Length;
        foreach (var c in text)
            line[position++] = c is >= ' ' and <= '~' ? (byte)c : (byte)'?';
        "\r\n"u8.CopyTo(line[position..]);
        output.Advance(length);
    }
}
