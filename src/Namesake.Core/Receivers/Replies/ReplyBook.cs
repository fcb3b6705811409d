using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>The rules, compiled once: patterns by the rarest of their words, so that a reply is only held against those that can fit.</summary>
internal sealed class ReplyBook
{
    private readonly ImmutableArray<ImmutableArray<ushort>> _rulesOfToken;

    private ReplyBook(LexiconBuilder words)
    {
        var groups = new[] { ReplyRules.Negative, ReplyRules.Receivers, ReplyRules.Identity, ReplyRules.Words, ReplyRules.Codes };
        var all = groups.SelectMany(group => group).Select(rule => new CompiledRule(rule, [.. rule.Patterns.Select(pattern => WordPattern.Compile(pattern, words))])).ToImmutableArray();
        var twice = all.GroupBy(rule => rule.Rule.Id).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new InvalidOperationException($"two rules are called {twice.Key}");
        Rules = all;
        Lexicon = words.Build();
        var starts = new int[groups.Length + 1];
        for (var i = 0; i < groups.Length; i++)
            starts[i + 1] = starts[i] + groups[i].Length;
        (Negative, Receivers, Identity, Words, Codes) = (starts[0]..starts[1], starts[1]..starts[2], starts[2]..starts[3], starts[3]..starts[4], starts[4]..starts[5]);
        _rulesOfToken = Index(all, Lexicon.Count);
    }

    public static ReplyBook Current { get; } = new(new LexiconBuilder());

    public Lexicon Lexicon { get; }

    public ImmutableArray<CompiledRule> Rules { get; }

    public Range Negative { get; }

    public Range Receivers { get; }

    public Range Identity { get; }

    public Range Words { get; }

    public Range Codes { get; }

    /// <summary>Marks the rules that a word of the reply may belong to.</summary>
    public void Mark(ReadOnlySpan<ushort> tokens, Span<ulong> candidates)
    {
        foreach (var token in tokens)
            foreach (var rule in _rulesOfToken[token])
                candidates[rule / 64] |= 1UL << (rule % 64);
    }

    private static ImmutableArray<ImmutableArray<ushort>> Index(ImmutableArray<CompiledRule> rules, int tokens)
    {
        var uses = new int[tokens];
        foreach (var token in rules.SelectMany(rule => rule.Patterns).SelectMany(pattern => pattern.Elements).SelectMany(element => element.Tokens))
            uses[token]++;
        var index = Enumerable.Range(0, tokens).Select(_ => new SortedSet<ushort>()).ToArray();
        for (var i = 0; i < rules.Length; i++)
            foreach (var pattern in rules[i].Patterns)
                foreach (var token in pattern.Elements.MinBy(element => element.Tokens.Sum(token => uses[token])).Tokens)
                    index[token].Add((ushort)i);
        return [.. index.Select(set => set.ToImmutableArray())];
    }
}

internal sealed record CompiledRule(ReplyRule Rule, ImmutableArray<WordPattern> Patterns);
