using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class BackoffTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 3, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rests_double_from_the_first_to_the_longest_and_stay_there()
    {
        Backoff? rest = null;
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            rest = Backoff.After(rest, "down", Now);
            waits.Add((rest.Until - Now).TotalSeconds);
        }

        Assert.Equal([15, 30, 60, 120, 240, 480, 900, 900, 900], waits);
    }

    [Fact]
    public void A_thousand_failures_in_a_row_are_no_overflow() =>
        Assert.Equal(Now + Backoff.Longest, Backoff.After(new Backoff(Now, "down", 100_000), "down", Now).Until);
}
