using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>A sequence of words with gaps, matched in one pass without backtracking.</summary>
/// <remarks>
/// How rules write one: words and CONCEPTS in their order; <c>a|b</c> for either; <c>..</c> for at most six words between, <c>..3</c> for at most three, within one sentence;
/// <c>...</c> for anything; <c>{tss##}</c> for a receiver's code (# is a digit); <c>&lt;addr&gt;</c>, <c>&lt;name&gt;</c>, <c>&lt;mail&gt;</c>, <c>&lt;url&gt;</c> for what was put in place
/// of a value. The latest end of what came before leaves the smallest gap, so remembering that one for each element is enough.
/// </remarks>
internal sealed class WordPattern(ImmutableArray<TokenSet> elements, ImmutableArray<int> gaps)
{
    public const int AnyGap = int.MaxValue;

    private const int UsualGap = 6;

    public ImmutableArray<TokenSet> Elements { get; } = elements;

    public static WordPattern Compile(string text, LexiconBuilder lexicon)
    {
        var elements = ImmutableArray.CreateBuilder<TokenSet>();
        var gaps = ImmutableArray.CreateBuilder<int>();
        var gap = 0;
        foreach (var word in text.Split(' '))
        {
            if (word.StartsWith("..", StringComparison.Ordinal))
            {
                gap = word switch { "..." => AnyGap, ".." => UsualGap, _ => int.Parse(word.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture) };
                continue;
            }

            elements.Add(new TokenSet(word.Split('|').Select(lexicon.TokenOf)));
            gaps.Add(gap);
            gap = 0;
        }

        return new WordPattern(elements.ToImmutable(), gaps.ToImmutable());
    }

    public bool IsIn(ReadOnlySpan<ushort> tokens)
    {
        Span<int> ends = stackalloc int[Elements.Length];
        ends.Fill(-1);
        for (var at = 0; at < tokens.Length; at++)
        {
            var token = tokens[at];
            if (token == Lexicon.SentenceEnd)
            {
                for (var i = 0; i + 1 < ends.Length; i++)
                    if (gaps[i + 1] != AnyGap)
                        ends[i] = -1;
                continue;
            }

            for (var i = Elements.Length - 1; i >= 0; i--)
            {
                if (!Elements[i].Has(token) || (i > 0 && (ends[i - 1] < 0 || at - ends[i - 1] - 1 > gaps[i])))
                    continue;
                if (i == Elements.Length - 1)
                    return true;
                ends[i] = at;
            }
        }

        return false;
    }
}

/// <summary>A set of tokens; looking one up is one shift.</summary>
internal readonly struct TokenSet
{
    private readonly ulong[] _bits;

    public TokenSet(IEnumerable<ushort> tokens)
    {
        Tokens = [.. tokens.Distinct()];
        _bits = new ulong[Tokens.Max() / 64 + 1];
        foreach (var token in Tokens)
            _bits[token / 64] |= 1UL << (token % 64);
    }

    public ImmutableArray<ushort> Tokens { get; }

    public bool Has(ushort token) => token / 64 is var word && word < _bits.Length && (_bits[word] >> (token % 64) & 1) != 0;
}
