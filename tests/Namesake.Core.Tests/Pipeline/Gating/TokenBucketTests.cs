using CsCheck;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class TokenBucketTests
{
    [Fact]
    public void Never_gives_more_than_its_capacity_and_what_came_since()
    {
        Gen.Select(Gen.Double[0.01, 500], Gen.Double[1, 100], Gen.Int[-2_000, 5_000].Array[1, 200]).Sample((rate, capacity, steps) =>
        {
            var bucket = new TokenBucket(rate, capacity, TimeSpan.Zero);
            var (now, latest, taken) = (TimeSpan.Zero, TimeSpan.Zero, 0);
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step); // Clocks also go back.
                latest = now > latest ? now : latest;
                if (bucket.Take(now) == TimeSpan.Zero)
                    taken++;
            }

            return taken <= capacity + (latest.TotalSeconds * rate) + 0.001;
        });
    }

    [Fact]
    public void What_takes_more_than_is_kept_goes_with_the_first_and_the_next_waits_for_all_of_it()
    {
        var bucket = new TokenBucket(1, 2, TimeSpan.Zero);

        Assert.Equal(TimeSpan.Zero, bucket.Take(TimeSpan.Zero, 10));

        Assert.Equal(0, bucket.Available(TimeSpan.FromSeconds(8)));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(TimeSpan.FromSeconds(8)));
        Assert.Equal(TimeSpan.Zero, bucket.Take(TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void Who_waits_as_long_as_was_told_gets_a_token()
    {
        Gen.Select(Gen.Double[0.01, 500], Gen.Double[1, 100], Gen.Int[1, 300]).Sample((rate, capacity, asked) =>
        {
            var bucket = new TokenBucket(rate, capacity, TimeSpan.Zero);
            var now = TimeSpan.Zero;
            for (var i = 0; i < asked; i++)
            {
                if (bucket.Take(now) is var wait && wait == TimeSpan.Zero)
                    continue;
                now += wait + TimeSpan.FromTicks(1);
                if (bucket.Take(now) != TimeSpan.Zero)
                    return false;
            }

            return true;
        });
    }

    [Fact]
    public void What_is_available_can_be_taken_and_no_more()
    {
        var bucket = new TokenBucket(1, 5, TimeSpan.Zero);
        Assert.Equal(5, bucket.Available(TimeSpan.Zero));
        for (var i = 0; i < 5; i++)
            Assert.Equal(TimeSpan.Zero, bucket.Take(TimeSpan.Zero));
        Assert.Equal(0, bucket.Available(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(TimeSpan.Zero));
        Assert.Equal(3, bucket.Available(TimeSpan.FromSeconds(3)));
        Assert.False(bucket.IsFull(TimeSpan.FromSeconds(3)));
        Assert.True(bucket.IsFull(TimeSpan.FromHours(1)));
    }
}
