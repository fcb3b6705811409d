using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Namesake.Configuration.Forms;

/// <summary>A number of bytes: plain, or with a unit. kB, MB, GB count in thousands; KiB, MiB, GiB in 1,024s.</summary>
internal sealed class SizeForm(long least, long most) : ScalarForm<long>
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1),
    ];

    public override string TypeName => "a size";

    public override string? Range => $"{Format(least)} to {Format(most)}";

    public override string Show(long value) => Format(value);

    public static string Format(long bytes)
    {
        foreach (var (unit, size) in Units)
            if (bytes >= size && bytes % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / size} {unit}");
        return "0 B";
    }

    protected override bool TryParse(string text, [MaybeNullWhen(false)] out long result, [NotNullWhen(false)] out string? error)
    {
        result = 0;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? text : text.AsSpan(0, digits);
        var unit = digits < 0 ? "B" : text[digits..].Trim(' ');
        var size = Units.FirstOrDefault(candidate => candidate.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Bytes;
        error = number.Length is 0 or > 18 ? "is no size: write bytes, or a number and a unit, such as 50 MiB"
            : size == 0 ? $"has no unit we know (B, kB, MB, GB, KiB, MiB, GiB){Spelling.Hint(unit, Units.Select(known => known.Unit))}"
            : null;
        if (error is not null)
            return false;
        var count = long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
        if (count > most / size || count * size < least)
        {
            error = $"is out of range: {Range}";
            return false;
        }
        result = count * size;
        return true;
    }
}
