using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Yaml;

namespace Namesake.Configuration.Forms;

/// <summary>How values of one type are written in the file: reads them, names them in the manual, writes defaults as a person would.</summary>
internal abstract class Form<T>
{
    /// <summary>For the manual and for messages: "a duration", "a host name".</summary>
    public abstract string TypeName { get; }

    /// <summary>What is accepted of it, for the manual; null when the type says all.</summary>
    public virtual string? Range => null;

    /// <summary>The section read for each entry; null for plain values.</summary>
    public virtual Section? Nested => null;

    /// <summary>False when a problem was reported.</summary>
    /// <param name="label">What the value is for, with which every problem begins: "brands: expiry".</param>
    public abstract bool TryRead(YamlValue value, string label, Reading reading, [MaybeNullWhen(false)] out T result);

    /// <summary>As it would stand in the file.</summary>
    public abstract string Show(T value);
}
