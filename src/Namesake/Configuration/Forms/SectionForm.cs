using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Yaml;

namespace Namesake.Configuration.Forms;

/// <summary>A group of keys.</summary>
internal sealed class SectionForm(Section section) : Form<SectionReader>
{
    public override string TypeName => "a group of keys";

    public override Section? Nested => section;

    public override string Show(SectionReader value) => "";

    public override bool TryRead(YamlValue value, string label, Reading reading, [MaybeNullWhen(false)] out SectionReader result)
    {
        if (value is YamlMapping mapping)
        {
            result = new SectionReader(mapping, section, reading);
            return true;
        }
        reading.Problems.Error(value.At, $"{label}: a group of keys ({string.Join(", ", section.Keys.Take(4).Select(key => key.Name))}, …) is expected, here is {value.Kind}");
        result = null;
        return false;
    }
}
