using System.Buffers;
using System.Text;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.PolicyDelegation;

/// <summary>What Postfix is to do, in the words of access(5). Whatever it was made from, it is one line of printable ASCII: nothing in it can end the line, the reply or the header.</summary>
public readonly record struct PolicyAction
{
    /// <summary>Longest text of a reply. With Postfix's own words before it a reply line has room for 512 octets. RFC 5321 §4.5.3.1.5</summary>
    public const int MaxReplyText = 400;

    /// <summary>Longest header field, name included. RFC 5322 §2.1.1</summary>
    public const int MaxHeader = 998;

    private readonly string? _text;

    private PolicyAction(string text) => _text = text;

    /// <summary>No opinion: Postfix goes on with its next restriction.</summary>
    public static PolicyAction Dunno { get; } = new("DUNNO");

    public string Text => _text ?? "DUNNO";

    /// <summary>550 and this text, for good.</summary>
    /// <remarks>Not REJECT, whose code is the administrator's access_map_reject_code (554): RFC 7372 §3.3 pairs X.7.25 with 550.</remarks>
    public static PolicyAction Reject(EnhancedStatusCode code, string text) => new($"550 {code with { Class = 5 }} {Clean(text, MaxReplyText)}");

    /// <summary>450 and this text, unless another restriction refuses for good anyway.</summary>
    public static PolicyAction Defer(EnhancedStatusCode code, string text) => new($"DEFER_IF_PERMIT {code with { Class = 4 }} {Clean(text, MaxReplyText)}");

    /// <summary>A line in Postfix's own log, beside the message it is about; the client sees nothing.</summary>
    public static PolicyAction Warn(string text) => new($"WARN {Clean(text, MaxReplyText)}");

    /// <summary>A header field at the top of the message, above the Received field of the server that asks.</summary>
    /// <param name="name">A field name of letters and hyphens.</param>
    public static PolicyAction Prepend(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            throw new ArgumentException($"\"{name}\" is no field name.", nameof(name));
        return new($"PREPEND {name}: {Clean(value, MaxHeader - name.Length - 2)}");
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("action="u8);
        Encoding.ASCII.GetBytes(Text, output);
        output.Write("\n\n"u8);
    }

    public override string ToString() => Text;

    /// <summary>Printable ASCII, everything else a question mark, and no longer than this: what is cut off ends in "...".</summary>
    public static string Clean(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 3);
        var cut = text.Length > most;
        return string.Create(cut ? most : text.Length, (text, cut), static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = from.text[i] is >= ' ' and <= '~' and var c ? c : '?';
            if (from.cut)
                span[^3..].Fill('.');
        });
    }
}
