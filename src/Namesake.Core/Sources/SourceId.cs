namespace Namesake.Core.Sources;

/// <summary>A source's name in configuration, API and storage: letters, digits, '-', '_', '.'; 1 to 64 of them.</summary>
public readonly record struct SourceId(string Value)
{
    public override string ToString() => Value;
}
