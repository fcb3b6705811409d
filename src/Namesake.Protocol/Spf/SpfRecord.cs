using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Namesake.Protocol.Spf;

/// <summary>A published policy, understood as a whole or not at all: one syntax error anywhere spoils a record before any of it is evaluated. RFC 7208 §4.6</summary>
public sealed record SpfRecord
{
    /// <summary>Longer texts are not read. RFC 7208 §3.4 asks for 450 octets; nobody's policy needs more than this.</summary>
    public const int MaxLength = 8192;

    private const string Version = "v=spf1";

    private SpfRecord(string text, ImmutableArray<SpfTerm> terms) => (Text, Terms) = (text, terms);

    public string Text { get; }

    /// <summary>In the order in which they are evaluated; modifiers stand where they were written.</summary>
    public ImmutableArray<SpfTerm> Terms { get; }

    public IEnumerable<SpfDirective> Directives => Terms.OfType<SpfDirective>();

    public SpfModifier? Redirect => Modifier("redirect");

    public SpfModifier? Explanation => Modifier("exp");

    /// <summary>Whether a TXT record means to be a policy: RFC 7208 §4.5. Nothing else of it was looked at.</summary>
    public static bool IsSpf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out SpfRecord? record, [NotNullWhen(false)] out SpfFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        record = null;
        fault = !IsSpf(text) ? new SpfFault(0, "", $"the record does not begin with \"{Version}\" and a space")
            : text.Length > MaxLength ? new SpfFault(MaxLength, "", $"the record is longer than {MaxLength} characters")
            : text.AsSpan().IndexOfAnyExceptInRange(' ', '~') is >= 0 and var odd ? new SpfFault(odd, "", Odd(text[odd]))
            : null;
        if (fault is not null)
            return false;
        var terms = ImmutableArray.CreateBuilder<SpfTerm>();
        var at = Version.Length;
        while (at < text.Length)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }
            var end = text.IndexOf(' ', at) is >= 0 and var space ? space : text.Length;
            if (SpfTermReader.Read(text[at..end], at, out fault) is not { } term)
            {
                fault ??= new SpfFault(at, text[at..end], "it is no term");
                return false;
            }
            // Twice is a syntax error: RFC 7208 §6
            if (term is SpfModifier { Name: "redirect" or "exp" } twice && terms.OfType<SpfModifier>().Any(modifier => modifier.Name == twice.Name))
            {
                fault = new SpfFault(at, term.Text, $"{twice.Name}= may stand in a record only once");
                return false;
            }
            terms.Add(term);
            at = end;
        }
        record = new SpfRecord(text, terms.DrainToImmutable());
        return true;
    }

    public bool Equals(SpfRecord? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    private SpfModifier? Modifier(string name) => Terms.OfType<SpfModifier>().FirstOrDefault(modifier => modifier.Name == name);

    private static string Odd(char c) => char.IsControl(c)
        ? $"the record has a control character (code {(int)c}); words are separated by spaces"
        : $"the record has a character outside ASCII (code {(int)c})";
}
