using System.Collections.Frozen;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Numbers words, concepts and codes while rules are compiled.</summary>
internal sealed class LexiconBuilder
{
    private readonly Dictionary<string, ushort> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ushort> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ushort> _concepts = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, (ushort Node, ushort Concept)> _phrases = [];
    private ushort _next = Lexicon.FirstWord;
    private ushort _nodes;

    public LexiconBuilder()
    {
        foreach (var line in ReplyWords.Silent)
            foreach (var word in line.Split(' '))
                _words[word] = Lexicon.Silent;
        foreach (var line in ReplyWords.Alike)
        {
            var token = _next++;
            foreach (var word in line.Split(' '))
                if (!_words.TryAdd(word, token) && _words[word] != token)
                    throw new InvalidOperationException($"the word \"{word}\" stands in two lines");
        }

        foreach (var (name, _) in ReplyConcepts.All)
            _concepts[name] = _next++;
        foreach (var (name, phrases) in ReplyConcepts.All)
            foreach (var phrase in phrases)
                foreach (var words in Expand(phrase))
                    AddPhrase(words, _concepts[name]);
    }

    /// <summary>The token of one alternative of a pattern.</summary>
    public ushort TokenOf(string part)
    {
        switch (part)
        {
            case "<addr>": return Lexicon.Address;
            case "<name>": return Lexicon.Name;
            case "<mail>": return Lexicon.Mail;
            case "<url>": return Lexicon.Url;
        }

        if (part[0] == '{')
        {
            var code = part.Trim('{', '}');
            return _codes.TryGetValue(code, out var known) ? known : _codes[code] = _next++;
        }

        if (char.IsUpper(part[0]))
            return _concepts.TryGetValue(part, out var concept) ? concept : throw new InvalidOperationException($"there is no concept {part}");
        var word = WordOf(part);
        // A word that is a concept by itself never stays a word.
        return _phrases.TryGetValue(Lexicon.Step(0, word), out var alone) && alone.Concept != 0 ? alone.Concept : word;
    }

    public Lexicon Build() => new(_words.ToFrozenDictionary(StringComparer.Ordinal), _codes.ToFrozenDictionary(StringComparer.Ordinal), _phrases.ToFrozenDictionary(),
        _concepts[ReplyConcepts.Pointer], _concepts[ReplyConcepts.Ehlo], _concepts["LIST"], _next);

    private ushort WordOf(string word)
    {
        if (!_words.TryGetValue(word, out var token))
            _words[word] = token = _next++;
        return token != Lexicon.Silent ? token : throw new InvalidOperationException($"\"{word}\" says nothing: no rule can ask for it");
    }

    private void AddPhrase(string[] words, ushort concept)
    {
        ushort node = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var key = Lexicon.Step(node, WordOf(words[i]));
            var (next, ends) = _phrases.TryGetValue(key, out var known) ? known : (++_nodes, (ushort)0);
            if (i == words.Length - 1)
                ends = ends == 0 || ends == concept ? concept : throw new InvalidOperationException($"the phrase \"{string.Join(' ', words)}\" is in two concepts");
            _phrases[key] = (next, ends);
            node = next;
        }
    }

    /// <summary>"a|b c?" are four phrases.</summary>
    private static IEnumerable<string[]> Expand(string phrase)
    {
        IEnumerable<string[]> all = [[]];
        foreach (var slot in phrase.Split(' '))
        {
            string[] choices = [.. slot.TrimEnd('?').Split('|')];
            var optional = slot.EndsWith('?');
            all = [.. all.SelectMany(before => choices.Select(choice => (string[])[.. before, choice]).Concat(optional ? [before] : []))];
        }

        return all.Where(words => words.Length > 0);
    }
}
