using Namesake.Configuration.Forms;

namespace Namesake.Configuration;

/// <summary>One key of the file, described once: from this the file is read and the manual is written.</summary>
/// <param name="Meaning">What it does, in the manual's words.</param>
internal abstract record Key(string Name, string Meaning)
{
    public abstract string TypeName { get; }

    public abstract string? Range { get; }

    /// <summary>As it would be written; null when there is none.</summary>
    public abstract string? Default { get; }

    public abstract Section? Nested { get; }

    public bool IsRequired { get; init; }

    public static Key<T> Required<T>(string name, Form<T> form, string meaning) => new(name, form, meaning) { IsRequired = true };

    /// <summary>May be left out; then there is none.</summary>
    public static Key<T> Optional<T>(string name, Form<T> form, string meaning) => new(name, form, meaning);

    /// <summary>May be left out; then this is used.</summary>
    public static Key<T> Optional<T>(string name, Form<T> form, T otherwise, string meaning) => new(name, form, meaning) { Otherwise = new(otherwise) };
}

internal sealed record Key<T>(string Name, Form<T> Form, string Meaning) : Key(Name, Meaning)
{
    public Otherwise<T>? Otherwise { get; init; }

    public override string TypeName => Form.TypeName;

    public override string? Range => Form.Range;

    public override string? Default => Otherwise is { } known ? Form.Show(known.Value) : null;

    public override Section? Nested => Form.Nested;
}

/// <summary>A default, told apart from none.</summary>
internal sealed record Otherwise<T>(T Value);
