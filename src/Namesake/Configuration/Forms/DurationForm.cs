using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Namesake.Configuration.Forms;

/// <summary>A duration: numbers with units, largest first, such as 90s, 15m, 1h30m, 5d, 250ms.</summary>
internal sealed class DurationForm(TimeSpan least, TimeSpan most) : ScalarForm<TimeSpan>
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    private const string Example = "write a number and a unit, such as 90s, 15m, 4h or 5d";

    public override string TypeName => "a duration";

    public override string? Range => $"{Format(least)} to {Format(most)}";

    public override string Show(TimeSpan value) => Format(value);

    public static string Format(TimeSpan value)
    {
        var text = new StringBuilder();
        foreach (var (unit, length) in Units)
        {
            if (value < length)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{unit}");
            value = TimeSpan.FromTicks(value.Ticks % length.Ticks);
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    protected override bool TryParse(string text, [MaybeNullWhen(false)] out TimeSpan result, [NotNullWhen(false)] out string? error)
    {
        error = Sum(text, out result) ?? (result < least || result > most ? $"is out of range: {Range}" : null);
        return error is null;
    }

    private static string? Sum(ReadOnlySpan<char> rest, out TimeSpan sum)
    {
        sum = TimeSpan.Zero;
        var largest = 0; // Units must fall, so that "5m2h" isn't taken for what it may not mean.
        do
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 0 && rest.Length > 0)
                return $"has no unit: {Example}";
            if (digits is <= 0 or > 9)
                return $"is no duration: {Example}";
            var number = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..].TrimStart(' ');
            var letters = rest.IndexOfAnyInRange('0', '9') is >= 0 and var next ? rest[..next] : rest;
            rest = rest[letters.Length..];
            var unit = -1;
            for (var i = 0; i < Units.Length; i++)
                unit = letters.TrimEnd(' ').Equals(Units[i].Unit, StringComparison.Ordinal) ? i : unit;
            if (unit < largest)
                return unit < 0 ? $"has no unit we know (d, h, m, s, ms): {Example}" : $"is no duration, units go from large to small: {Example}";
            largest = unit + 1;
            if (number > (TimeSpan.FromDays(36_500) - sum) / Units[unit].Length)
                return "is longer than a hundred years";
            sum += Units[unit].Length * number;
        }
        while (rest.Length > 0);
        return null;
    }
}
