using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Namesake.Configuration.Yaml;

namespace Namesake.Configuration.Forms;

/// <summary>A list. A single entry may stand without its brackets, unless entries are groups of keys.</summary>
internal sealed class ListForm<T>(Form<T> item, string plural, int least = 0) : Form<ImmutableArray<Placed<T>>>
{
    public override string TypeName => plural;

    public override string? Range => item.Range;

    public override Section? Nested => item.Nested;

    public override string Show(ImmutableArray<Placed<T>> value) => $"[{string.Join(", ", value.Select(entry => item.Show(entry.Value)))}]";

    public override bool TryRead(YamlValue value, string label, Reading reading, [MaybeNullWhen(false)] out ImmutableArray<Placed<T>> result)
    {
        result = [];
        var items = value switch
        {
            YamlSequence sequence => sequence.Items,
            YamlScalar { IsNull: false } or YamlMapping when item.Nested is null => [value],
            _ => default,
        };
        if (items.IsDefault)
        {
            var cure = value is YamlMapping ? ": begin each entry with \"- \"" : "";
            reading.Problems.Error(value.At, $"{label}: {TypeName} are expected, here is {value.Kind}{cure}");
            return false;
        }
        if (items.Length < least)
        {
            reading.Problems.Error(value.At, string.Create(CultureInfo.InvariantCulture, $"{label}: at least {least} is needed"));
            return false;
        }
        // Entries that are wrong are left out, so that the right ones are still known to the checks; the error is told either way.
        var entries = ImmutableArray.CreateBuilder<Placed<T>>(items.Length);
        foreach (var entry in items)
            if (item.TryRead(entry, label, reading, out var read))
                entries.Add(new Placed<T>(read, entry.At));
        result = entries.ToImmutable();
        return true;
    }
}
