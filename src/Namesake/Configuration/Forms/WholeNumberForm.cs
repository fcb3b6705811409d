using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Namesake.Configuration.Forms;

/// <summary>A whole number within bounds, digits only.</summary>
internal sealed class WholeNumberForm(int least, int most) : ScalarForm<int>
{
    public override string TypeName => "a whole number";

    public override string? Range => string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}");

    public override string Show(int value) => value.ToString(CultureInfo.InvariantCulture);

    protected override bool TryParse(string text, [MaybeNullWhen(false)] out int result, [NotNullWhen(false)] out string? error)
    {
        error = !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out result) ? $"is no whole number ({Range})"
            : result < least || result > most ? $"is out of range: {Range}"
            : null;
        return error is null;
    }
}
