using System.Collections.Immutable;

namespace Namesake.Configuration.Yaml;

/// <summary>A piece of the document and where it stands. A closed family.</summary>
/// <param name="Weight">Values in it once every alias is followed; what an alias bomb would multiply.</param>
internal abstract record YamlValue(Place At, long Weight)
{
    /// <summary>For messages: what stands there.</summary>
    public abstract string Kind { get; }
}

/// <param name="Plain">Written without quotes: only then is it null when empty or "~".</param>
internal sealed record YamlScalar(string Text, bool Plain, Place At) : YamlValue(At, 1)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "a single value";
}

internal sealed record YamlSequence(ImmutableArray<YamlValue> Items, Place At, long Weight) : YamlValue(At, Weight)
{
    public override string Kind => "a list";
}

/// <param name="Entries">In the order written, keys unique; entries merged in by "&lt;&lt;" come last.</param>
internal sealed record YamlMapping(ImmutableArray<YamlEntry> Entries, Place At, long Weight) : YamlValue(At, Weight)
{
    public override string Kind => "a group of keys";
}

internal sealed record YamlEntry(string Key, Place At, YamlValue Value);
