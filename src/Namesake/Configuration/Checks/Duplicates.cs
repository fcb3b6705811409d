using System.Globalization;

namespace Namesake.Configuration.Checks;

internal static class Duplicates
{
    /// <summary>Reports every value but the first of its kind.</summary>
    /// <param name="what">"brands: the id": begins the sentence that ends "… stands here a second time".</param>
    public static void Report<T>(IEnumerable<Placed<T>?> values, string what, Problems problems) where T : notnull
    {
        var first = new Dictionary<T, Place>();
        foreach (var value in values)
            if (value is not null && !first.TryAdd(value.Value, value.At))
                problems.Error(value.At, string.Create(CultureInfo.InvariantCulture, $"{what} {value.Value} stands here a second time, first in line {first[value.Value].Line}"));
    }
}
