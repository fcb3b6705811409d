using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Namesake.Configuration.Forms;

/// <summary>One of a few words: an enumeration's names, beginning with a small letter.</summary>
internal sealed class WordForm<T> : ScalarForm<T> where T : struct, Enum
{
    private static readonly ImmutableDictionary<string, T> Values = Enum.GetValues<T>().ToImmutableDictionary(WordOf, StringComparer.Ordinal);
    private static readonly ImmutableArray<string> Words = [.. Enum.GetValues<T>().Select(WordOf)];

    public override string TypeName => "one word";

    public override string? Range => string.Join(", ", Words.Select(word => $"`{word}`"));

    public override string Show(T value) => WordOf(value);

    protected override bool TryParse(string text, [MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error)
    {
        error = Values.TryGetValue(text, out result) ? null : $"is none of {string.Join(", ", Words)}{Spelling.Hint(text, Words)}";
        return error is null;
    }

    private static string WordOf(T value)
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
