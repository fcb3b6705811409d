using System.Text;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Walks over <c>KEYWORD=value</c> parameters of MAIL and RCPT. RFC 5321 §4.1.2</summary>
internal ref struct ParameterReader(ReadOnlySpan<byte> parameters)
{
    private ReadOnlySpan<byte> rest = parameters;
    private uint seen;

    public string Keyword { get; private set; } = "";

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool HasValue { get; private set; }

    public bool MoveNext()
    {
        rest = rest.TrimStart(" \t"u8);
        if (rest.IsEmpty)
            return false;
        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        var equals = word.IndexOf((byte)'=');
        var keyword = equals < 0 ? word : word[..equals];
        Keyword = keyword.Length > 20 ? Encoding.Latin1.GetString(keyword[..20]) + "…" : Encoding.Latin1.GetString(keyword).ToUpperInvariant();
        Value = equals < 0 ? default : word[(equals + 1)..];
        HasValue = equals >= 0;
        return true;
    }

    /// <summary>False the second time: a parameter given twice has no meaning. RFC 5321 §4.1.1.11</summary>
    public bool IsFirst(int number)
    {
        var bit = 1u << number;
        var first = (seen & bit) == 0;
        seen |= bit;
        return first;
    }

    public readonly SmtpReply Invalid() => SmtpReply.Of(501, "5.5.4", $"Invalid value of parameter {Keyword}");

    public readonly SmtpReply Unsupported() => SmtpReply.Of(555, "5.5.4", $"Unsupported parameter {Keyword}");

    public readonly SmtpReply Twice() => SmtpReply.Of(501, "5.5.4", $"Parameter {Keyword} given twice");
}
