using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>From words to the numbers the rules are made of. Frozen: made once by <see cref="LexiconBuilder"/>.</summary>
internal sealed class Lexicon
{
    /// <summary>A word no rule knows.</summary>
    public const ushort Other = 0;

    /// <summary>Where a sentence ends: most patterns don't look across it.</summary>
    public const ushort SentenceEnd = 1;

    /// <summary>A word that says nothing: it leaves no token.</summary>
    public const ushort Silent = 2;

    public const ushort Address = 3, Name = 4, Mail = 5, Url = 6;

    internal const ushort FirstWord = 7;

    private readonly FrozenDictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly FrozenDictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _codes;
    private readonly FrozenDictionary<uint, (ushort Node, ushort Concept)> _phrases;
    private readonly ImmutableArray<bool> _beginsPhrase;

    public Lexicon(FrozenDictionary<string, ushort> words, FrozenDictionary<string, ushort> codes, FrozenDictionary<uint, (ushort Node, ushort Concept)> phrases, ushort pointer, ushort ehlo, ushort list, int count)
    {
        (_words, _codes, _phrases, Count) = (words.GetAlternateLookup<ReadOnlySpan<char>>(), codes.GetAlternateLookup<ReadOnlySpan<char>>(), phrases, count);
        (Pointer, Ehlo, List) = (pointer, ehlo, list);
        _beginsPhrase = [.. Enumerable.Range(0, count).Select(token => phrases.ContainsKey(Step(0, (ushort)token)))];
    }

    public int Count { get; }

    public ushort Pointer { get; }

    public ushort Ehlo { get; }

    public ushort List { get; }

    public ushort Word(ReadOnlySpan<char> lower) => _words.TryGetValue(lower, out var token) ? token : Other;

    /// <summary>A receiver's code; <see cref="Other"/> when it is none.</summary>
    public ushort Code(ReadOnlySpan<char> lower) => _codes.TryGetValue(lower, out var token) ? token : Other;

    /// <summary>Puts concepts in place of their phrases, the longest first.</summary>
    /// <param name="origins">For each token that remains, where it stood.</param>
    /// <returns>How many remain.</returns>
    public int Gather(Span<ushort> tokens, Span<ushort> origins)
    {
        var kept = 0;
        for (var at = 0; at < tokens.Length; kept++)
        {
            var (token, length) = (tokens[at], 1);
            if (_beginsPhrase[token])
            {
                ushort node = 0;
                for (var next = at; next < tokens.Length && _phrases.TryGetValue(Step(node, tokens[next]), out var step); next++)
                {
                    node = step.Node;
                    if (step.Concept != 0)
                        (token, length) = (step.Concept, next - at + 1);
                }
            }

            (tokens[kept], origins[kept]) = (token, (ushort)at);
            at += length;
        }

        return kept;
    }

    internal static uint Step(ushort node, ushort token) => (uint)node << 16 | token;
}
