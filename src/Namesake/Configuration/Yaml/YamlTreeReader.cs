using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Namesake.Configuration.Yaml;

/// <summary>Builds the tree of one document from YamlDotNet's parser events, whose marks give lines.</summary>
/// <remarks>Not YamlStream, because that stops at the first duplicate key, follows nesting by recursion without a bound (a stack overflow can't be caught), and forgets where
/// an alias stood. Here a duplicate is one problem among others, depth and the number of values are bounded while reading, and an alias shares its
/// anchor's tree: it costs nothing in memory, and its weight is counted so that no walk over the tree can explode.</remarks>
internal sealed class YamlTreeReader
{
    /// <summary>Our deepest legal path has 5 levels.</summary>
    public const int DeepestNesting = 32;

    /// <summary>Values after following aliases: ten times the largest file that is not hostile.</summary>
    public const long MostValues = 2_000_000;

    private readonly Problems _problems;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly string _text;
    private readonly Dictionary<string, YamlValue> _anchors = new(StringComparer.Ordinal);
    private long _values;

    private YamlTreeReader(string text, Problems problems)
    {
        _text = text;
        _problems = problems;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    /// <summary>Null when the text is no YAML; then a problem says why and where.</summary>
    public static YamlValue? Read(string text, Problems problems) => new YamlTreeReader(text, problems).ReadDocument();

    private YamlValue? ReadDocument()
    {
        try
        {
            Next<StreamStart>();
            if (_parser.Current is StreamEnd)
                throw new Unreadable(null, "the file is empty: it needs at least one brand, one source and one listener");
            Next<DocumentStart>();
            var root = ReadValue(1);
            Next<DocumentEnd>();
            if (_parser.Current is DocumentStart second)
                _problems.Error(PlaceOf(second.Start), "a second document begins here: a configuration is one document, remove this \"---\"");
            return root;
        }
        catch (Unreadable refusal)
        {
            _problems.Error(refusal.At, refusal.Message);
        }
        catch (YamlException broken)
        {
            ReportSyntax(PlaceOf(broken.Start), broken.Message);
        }
        // YamlDotNet 18.1 lets a few of its own mistakes out on broken input ("a: [1" then "b: 2"): to us they are syntax errors where the scanner stands.
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or IndexOutOfRangeException or InvalidCastException or NullReferenceException or FormatException or OverflowException)
        {
            ReportSyntax(PlaceOf(_scanner.CurrentPosition), "");
        }
        return null;
    }

    private void ReportSyntax(Place at, string said)
    {
        // YamlDotNet reports a tab where the group around it began.
        var tab = YamlSyntaxHint.FindTab(_text, at.Line, (int)_scanner.CurrentPosition.Line + 1);
        if (tab is not null)
            _problems.Error(tab, "a tab in the indentation: YAML indents with spaces only");
        else
            _problems.Error(at, YamlSyntaxHint.For(said));
    }

    private YamlValue ReadValue(int depth)
    {
        var current = _parser.Current ?? throw new Unreadable(null, "the file ends in the middle of a value");
        var at = PlaceOf(current.Start);
        if (depth > DeepestNesting)
            throw new Unreadable(at, string.Create(CultureInfo.InvariantCulture, $"nested deeper than {DeepestNesting} levels: this is not a configuration"));
        Count(1, at);
        if (current is AnchorAlias alias)
        {
            _parser.MoveNext();
            return Follow(alias.Value.Value, at);
        }
        if (current is not NodeEvent node)
            throw new Unreadable(at, "a value was expected here");
        RefuseTag(node, at);
        YamlValue value = node switch
        {
            Scalar scalar => ReadScalar(scalar, at),
            SequenceStart => ReadSequence(at, depth),
            MappingStart => ReadMapping(at, depth),
            _ => throw new Unreadable(at, "a value was expected here"),
        };
        if (!node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = value;
        return value;
    }

    private YamlValue Follow(string anchor, Place at)
    {
        if (!_anchors.TryGetValue(anchor, out var target))
            throw new Unreadable(at, $"the alias *{Excerpt.Of(anchor)} has no complete anchor before it{Spelling.Hint(anchor, _anchors.Keys)}");
        Count(target.Weight, at);
        // The errors of a scalar are told where it is used; those inside a shared group, where the group is written.
        return target is YamlScalar scalar ? scalar with { At = at } : target;
    }

    private YamlScalar ReadScalar(Scalar scalar, Place at)
    {
        _parser.MoveNext();
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, at);
    }

    private YamlSequence ReadSequence(Place at, int depth)
    {
        _parser.MoveNext();
        var items = ImmutableArray.CreateBuilder<YamlValue>();
        var weight = 1L;
        while (_parser.Current is not SequenceEnd)
        {
            var item = ReadValue(depth + 1);
            weight += item.Weight;
            items.Add(item);
        }
        _parser.MoveNext();
        return new YamlSequence(items.ToImmutable(), at, weight);
    }

    private YamlMapping ReadMapping(Place at, int depth)
    {
        _parser.MoveNext();
        var entries = new List<YamlEntry>();
        var merged = new List<YamlEntry>();
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        var weight = 1L;
        while (_parser.Current is not MappingEnd)
        {
            var key = ReadValue(depth + 1);
            var value = ReadValue(depth + 1);
            weight += value.Weight;
            if (key is not YamlScalar { IsNull: false } name)
                _problems.Error(key.At, $"a key must be one word, here it is {key.Kind}");
            else if (name is { Plain: true, Text: "<<" })
                Merge(value, merged);
            else if (!places.TryAdd(name.Text, name.At))
                _problems.Error(name.At, string.Create(CultureInfo.InvariantCulture, $"\"{Excerpt.Of(name.Text)}\" stands here a second time, first in line {places[name.Text].Line}: remove one"));
            else
                entries.Add(new YamlEntry(name.Text, name.At, value));
        }
        _parser.MoveNext();
        foreach (var entry in merged)
            if (places.TryAdd(entry.Key, entry.At))
                entries.Add(entry);
        return new YamlMapping([.. entries], at, weight);
    }

    // YAML 1.1's merge key: what is written beside it wins over what is merged in.
    private void Merge(YamlValue value, List<YamlEntry> merged)
    {
        switch (value)
        {
            case YamlMapping mapping:
                merged.AddRange(mapping.Entries);
                break;
            case YamlSequence sequence when sequence.Items.All(item => item is YamlMapping):
                merged.AddRange(sequence.Items.Cast<YamlMapping>().SelectMany(mapping => mapping.Entries));
                break;
            default:
                _problems.Error(value.At, $"\"<<\" merges a group of keys in, here it is {value.Kind}");
                break;
        }
    }

    private void RefuseTag(NodeEvent node, Place at)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            _problems.Error(at, $"the tag {Excerpt.Of(node.Tag.Value)} means nothing here: remove it");
    }

    private void Count(long values, Place at)
    {
        _values += values;
        if (_values > MostValues)
            throw new Unreadable(at, string.Create(CultureInfo.InvariantCulture, $"more than {MostValues:N0} values once aliases are followed: this is not a configuration"));
    }

    private void Next<T>() where T : ParsingEvent
    {
        if (_parser.Current is null)
            _parser.MoveNext();
        if (_parser.Current is not T)
            throw new Unreadable(PlaceOf(_scanner.CurrentPosition), "the document is broken here");
        _parser.MoveNext();
    }

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    /// <summary>Ends the reading: what follows would only repeat the mistake.</summary>
    private sealed class Unreadable(Place? at, string message) : Exception(message)
    {
        public Place? At { get; } = at;
    }
}
