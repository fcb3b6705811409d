using System.Globalization;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;

namespace Namesake.Core.Tests.Suppression;

public sealed class FingerprintsTests
{
    [Fact]
    public void What_was_put_in_is_there_and_what_was_taken_out_is_not()
    {
        var prints = new Fingerprints();
        for (var i = 0; i < 10_000; i++)
            prints.Add(Key(i));
        prints.Add(Key(0));
        Assert.Equal(10_000, prints.Count);
        for (var i = 0; i < 10_000; i += 2)
            prints.Remove(Key(i));
        prints.Remove(Key(0));
        Assert.Equal(5_000, prints.Count);
        Assert.All(Enumerable.Range(0, 10_000), i => Assert.Equal(i % 2 == 1, prints.Contains(Key(i))));
        Assert.DoesNotContain(Enumerable.Range(1, 9_999), i => prints.Contains(new SuppressionKey(new BrandId("bravo"), Key(i).Address)));
        Assert.DoesNotContain(Enumerable.Range(10_000, 100_000), i => prints.Contains(Key(i)));
    }

    [Fact]
    public void Each_brand_knows_whether_it_has_any()
    {
        var prints = new Fingerprints();
        Assert.False(prints.HasAny(Key(0).Brand));
        prints.Add(Key(0));
        prints.Add(Key(0));
        prints.Add(Key(1));
        Assert.False(prints.HasAny(new BrandId("bravo")));
        prints.Remove(Key(0));
        prints.Remove(Key(0));
        Assert.True(prints.HasAny(Key(0).Brand));
        prints.Remove(Key(1));
        Assert.False(prints.HasAny(Key(0).Brand));
    }

    internal static SuppressionKey Key(int i) => new(new BrandId("acme"), string.Create(CultureInfo.InvariantCulture, $"recipient{i}@sink.test"));
}
