using Namesake.Configuration.Yaml;

namespace Namesake.Configuration;

/// <summary>Reads one group of keys by its description. Unknown keys are reported at once; each key's own trouble when it is asked for.</summary>
internal sealed class SectionReader
{
    private readonly YamlMapping _mapping;
    private readonly Section _section;
    private readonly Reading _reading;

    public SectionReader(YamlMapping mapping, Section section, Reading reading)
    {
        _mapping = mapping;
        _section = section;
        _reading = reading;
        foreach (var entry in mapping.Entries)
            if (section.Keys.All(key => key.Name != entry.Key))
                ReportUnknown(entry);
    }

    public Place At => _mapping.At;

    /// <summary>Null when it is absent or wrong; what is wrong has been reported then, and what is missing where it is required.</summary>
    public Placed<T>? Find<T>(Key<T> key)
    {
        if (!_section.Keys.Contains(key))
            throw new InvalidOperationException($"The key {key.Name} is read but not described in the section {_section.Path}.");
        if (_mapping.Entries.FirstOrDefault(entry => entry.Key == key.Name) is { } entry)
            return key.Form.TryRead(entry.Value, LabelOf(key.Name), _reading, out var value) ? new Placed<T>(value, entry.Value.At) : null;
        if (key.IsRequired)
            _reading.Problems.Error(_mapping.At, $"{LabelOf(key.Name)}: is missing; {key.TypeName} is required. {key.Meaning}");
        return null;
    }

    /// <summary>Its default when it is absent or wrong. Only for keys that have one.</summary>
    public T Get<T>(Key<T> key) => Find(key) is { } placed ? placed.Value : key.Otherwise!.Value;

    public bool Has(Key key) => _mapping.Entries.Any(entry => entry.Key == key.Name);

    private void ReportUnknown(YamlEntry entry)
    {
        var hint = _reading.Problems.IsFull ? "" : Spelling.Hint(entry.Key, _section.Keys.Select(key => key.Name));
        var known = hint.Length > 0 ? "" : $"; known are {string.Join(", ", _section.Keys.Select(key => key.Name))}";
        _reading.Problems.Error(entry.At, $"{LabelOf(Excerpt.Of(entry.Key))}: is no key we know{hint}{known}");
    }

    private string LabelOf(string name) => _section.Path.Length == 0 ? name : $"{_section.Path.Replace("[]", "", StringComparison.Ordinal)}: {name}";
}
