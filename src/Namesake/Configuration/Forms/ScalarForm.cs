using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Yaml;

namespace Namesake.Configuration.Forms;

/// <summary>A single value. <c>${env:NAME}</c> as the whole of it stands for the environment variable's content.</summary>
internal abstract class ScalarForm<T> : Form<T>
{
    private const string Opening = "${env:";

    /// <param name="error">Follows the value in a message: "is no duration: …". Must not repeat the value: it may be a secret.</param>
    protected abstract bool TryParse(string text, [MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error);

    public override string Show(T value) => value?.ToString() ?? "";

    public sealed override bool TryRead(YamlValue value, string label, Reading reading, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        if (value is not YamlScalar scalar)
        {
            var cure = value is YamlSequence ? "; a value that begins with \"[\" needs quotation marks" : "";
            reading.Problems.Error(value.At, $"{label}: {TypeName} is expected, here is {value.Kind}{cure}");
            return false;
        }
        if (scalar.IsNull)
        {
            reading.Problems.Error(scalar.At, $"{label}: has no value; {TypeName} is expected. Remove the key to use its default");
            return false;
        }
        if (!TryExpand(scalar, label, reading, out var text, out var shown))
            return false;
        if (TryParse(text, out result, out var error))
            return true;
        reading.Problems.Error(scalar.At, $"{label}: {shown} {error}");
        return false;
    }

    private bool TryExpand(YamlScalar scalar, string label, Reading reading, out string text, out string shown)
    {
        text = scalar.Text;
        shown = IsSecret ? "the value" : $"\"{Excerpt.Of(text)}\"";
        if (!text.Contains(Opening, StringComparison.Ordinal))
            return true;
        if (!text.StartsWith(Opening, StringComparison.Ordinal) || text.IndexOf('}', StringComparison.Ordinal) != text.Length - 1 || text.Length == Opening.Length + 1)
        {
            reading.Problems.Error(scalar.At, $"{label}: ${{env:NAME}} must be the whole value, nothing before or after it");
            return false;
        }
        var name = text[Opening.Length..^1];
        shown = $"the value of ${{env:{Excerpt.Of(name)}}}"; // Never the value itself: secrets come this way.
        if (reading.Environment(name) is { Length: > 0 } found)
        {
            text = found;
            return true;
        }
        reading.Problems.Error(scalar.At, $"{label}: the environment variable {Excerpt.Of(name)} is not set, or empty");
        return false;
    }

    /// <summary>True: the value never stands in a message.</summary>
    protected virtual bool IsSecret => false;
}
