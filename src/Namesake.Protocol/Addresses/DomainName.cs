using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Namesake.Protocol.Addresses;

/// <summary>A name in the DNS, valid by construction: lower case, A-labels, no trailing dot, 1 to 253 octets. RFC 1035 §2.3.4, RFC 5890 §2.3.2</summary>
/// <remarks>Letters, digits, hyphens and underscores (service names need them; <see cref="HostName"/> refuses them). A slash is accepted below
/// <c>in-addr.arpa</c> and <c>ip6.arpa</c> only, where classless delegation uses it: RFC 2317 §4.</remarks>
public sealed record DomainName
{
    /// <summary>Longest name in octets, without trailing dot. RFC 1035 §3.1 (255 on the wire)</summary>
    public const int MaxLength = 253;

    /// <summary>Longest label in octets. RFC 1035 §2.3.4</summary>
    public const int MaxLabelLength = 63;

    private DomainName(string value) => Value = value;

    /// <summary>The name as it goes over the wire: lower case, A-labels, no trailing dot.</summary>
    public string Value { get; }

    /// <summary>The labels from left to right; at least one.</summary>
    public ImmutableArray<string> Labels => [.. Value.Split('.')];

    /// <summary>The name without its first label; null for a single label.</summary>
    public DomainName? Parent => Value.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? new DomainName(Value[(dot + 1)..]) : null;

    /// <summary>Accepts any case, a trailing dot and U-labels; everything else that is no name is refused with a reason fit for a person.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DomainName? name, [NotNullWhen(false)] out string? error)
    {
        name = null;
        if (string.IsNullOrEmpty(text))
            return Refuse("the name is empty", out error);
        if (text.Length > 4 * MaxLength) // before anything is allocated for it
            return Refuse($"the name is longer than {MaxLength} octets", out error);
        if (!Ascii.IsValid(text))
        {
            text = ToAscii(text, out error);
            if (text is null)
                return Refuse(error!, out error);
        }
        if (text.EndsWith('.'))
            text = text[..^1];
        error = Fault(text);
        if (error is not null)
            return false;
        name = new DomainName(text.AsSpan().ContainsAnyInRange('A', 'Z') ? text.ToLowerInvariant() : text);
        return true;
    }

    /// <summary>For literals and tests.</summary>
    /// <exception cref="FormatException">The text is no domain name; the message says why.</exception>
    public static DomainName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException($"\"{text}\" is no domain name: {error}.");

    /// <summary>True for the name itself and every name below it.</summary>
    public bool IsEqualOrUnder(DomainName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Value.EndsWith(other.Value, StringComparison.Ordinal)
            && (Value.Length == other.Value.Length || Value[Value.Length - other.Value.Length - 1] == '.');
    }

    /// <summary>The name for people: A-labels shown as U-labels where both lead to each other.</summary>
    public string ToUnicode() =>
        Value.Contains(ULabel.Prefix, StringComparison.Ordinal) ? string.Join('.', Value.Split('.').Select(ULabel.FromALabel)) : Value;

    public override string ToString() => Value;

    internal static DomainName FromValid(string value) => new(value);

    private static bool Refuse(string reason, out string error)
    {
        error = reason;
        return false;
    }

    private static string? ToAscii(string text, out string? error)
    {
        error = null;
        var labels = text.Split('.', '\u3002', '\uFF0E', '\uFF61'); // the dots of East Asian keyboards. RFC 3490 §3.1
        for (var i = 0; i < labels.Length; i++)
        {
            if (Ascii.IsValid(labels[i]))
                continue;
            if (ULabel.ToALabel(labels[i], out error) is not { } label)
                return null;
            labels[i] = label;
        }
        return string.Join('.', labels);
    }

    private static string? Fault(string text)
    {
        if (text.Length is 0)
            return "the root is no name here";
        if (text.Length > MaxLength)
            return $"the name is longer than {MaxLength} octets";
        var rest = text.AsSpan();
        while (true)
        {
            var dot = rest.IndexOf('.');
            var label = dot < 0 ? rest : rest[..dot];
            if (LabelFault(label, text) is { } fault)
                return fault;
            if (dot < 0)
                // An all-numeric top level would make 192.0.2.1 a name. RFC 3696 §2
                return label.ContainsAnyExceptInRange('0', '9') ? null : "the last label is a number: this looks like an address, not a name";
            rest = rest[(dot + 1)..];
        }
    }

    private static string? LabelFault(ReadOnlySpan<char> label, string name)
    {
        if (label.IsEmpty)
            return "the name has an empty label (two dots in a row, or one at the start)";
        if (label.Length > MaxLabelLength)
            return $"the label \"{label[..20]}…\" is longer than {MaxLabelLength} octets";
        if (label[0] == '-' || label[^1] == '-')
            return $"the label \"{label}\" begins or ends with a hyphen";
        foreach (var c in label)
            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || (c == '/' && IsReverse(name))))
                return char.IsControl(c) ? $"the name has a control character (code {(int)c})" : $"'{c}' cannot stand in a domain name";
        return null;
    }

    private static bool IsReverse(string name) =>
        name.EndsWith(".in-addr.arpa", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ip6.arpa", StringComparison.OrdinalIgnoreCase);
}
