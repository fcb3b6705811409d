using CsCheck;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 3, 9, 0, 0, TimeSpan.Zero);
    private readonly RetrySchedule _schedule = new();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 40)]
    [InlineData(5, 80)]
    [InlineData(6, 180)]
    [InlineData(60, 180)]
    public void Waits_grow_and_the_last_one_repeats(int attempts, int minutes) =>
        Gen.Long[1, long.MaxValue].Sample(id =>
        {
            var wait = _schedule.NextDue(new MessageId(id), attempts, Now) - Now;
            return wait >= TimeSpan.FromMinutes(minutes) && wait <= TimeSpan.FromMinutes(minutes * 1.2);
        });

    [Fact]
    public void The_jitter_is_the_same_after_a_restart()
    {
        // A number of this very process would not be: written down once, it must be met for ever.
        Assert.Equal(303.985, (_schedule.NextDue(new MessageId(1_785_747_600_000_000), 1, Now) - Now).TotalSeconds, 3);
    }

    [Fact]
    public void Mail_that_came_together_does_not_come_back_together()
    {
        var due = Enumerable.Range(0, 1000).Select(i => _schedule.NextDue(new MessageId(1_785_747_600_000_000 + i), 1, Now)).Order().ToList();

        // A minute of jitter in six slices of ten seconds: each gets its share, give or take a half.
        foreach (var slice in due.GroupBy(at => Math.Min(5, (int)((at - Now - TimeSpan.FromMinutes(5)).TotalSeconds / 10))))
            Assert.InRange(slice.Count(), 83, 250);
    }
}
