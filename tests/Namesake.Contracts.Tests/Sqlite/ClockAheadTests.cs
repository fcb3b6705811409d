using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Messages;
using Namesake.Storage.Rows;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>A spool that was used by a clock years ahead, opened by one that is right.</summary>
public sealed class ClockAheadTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ids_go_on_behind_the_last_one_as_fast_as_time_does_over_any_number_of_starts()
    {
        MessageId last;
        await using (var ahead = await Mail.OpenAsync(_directory.Path, new FakeTimeProvider(Start.AddYears(10))))
            last = (await Mail.AcceptAsync(ahead)).Message;
        var right = new FakeTimeProvider(Start);
        for (var run = 0; run < 3; run++)
        {
            await using var spool = await Mail.OpenAsync(_directory.Path, right);
            var first = spool.NextId();
            Assert.True(first > last, $"{first} was given after {last}");
            right.Advance(TimeSpan.FromHours(4));
            last = (await Mail.AcceptAsync(spool)).Message;

            Assert.InRange(last.AcceptedAt - first.AcceptedAt, TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(4) + TimeSpan.FromSeconds(1));
            Assert.InRange(right.GetUtcNow() + spool.IdsAhead - last.AcceptedAt, -TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            right.Advance(TimeSpan.FromHours(1)); // nothing comes any more: that time counts too
        }

        await using (var again = await Mail.OpenAsync(_directory.Path, right))
            Assert.InRange(again.NextId().AcceptedAt - last.AcceptedAt, TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Ids_that_are_ahead_by_less_than_a_day_wait_until_time_has_come_to_them()
    {
        var time = new FakeTimeProvider(Start);
        var last = MessageId.At(Start.AddHours(23)).Value;
        var ids = new MessageIdSource(time, last);

        Assert.Equal((last + 1, TimeSpan.Zero), (ids.Next().Value, ids.Ahead));
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(MessageId.At(Start.AddHours(24)), ids.Next());
    }

    [Fact]
    public void A_machine_that_begins_in_1970_and_is_put_right_has_ids_that_are_times()
    {
        var time = new Set(DateTimeOffset.UnixEpoch);
        var ids = new MessageIdSource(time, MessageId.At(Start).Value);
        var first = ids.Next();
        Assert.InRange(ids.Ahead.TotalDays, 56 * 365, 57 * 366);

        time.Advance(TimeSpan.FromMinutes(10));
        time.Off = Start.AddMinutes(30) - DateTimeOffset.UnixEpoch;

        Assert.Equal(TimeSpan.Zero, ids.Ahead);
        Assert.Equal(MessageId.At(Start.AddMinutes(40)), ids.Next());
        Assert.True(ids.Next() > first);
    }

    [Fact]
    public void Of_several_nodes_each_goes_on_behind_its_last_id_and_none_is_ahead()
    {
        var ids = new MessageIdSource(new FakeTimeProvider(Start), MessageId.At(Start.AddYears(1)).Value, nodes: 64, node: 5);

        Assert.Equal(TimeSpan.Zero, ids.Ahead);
        Assert.Equal(5, ids.Next().Value % 64);
    }

    private sealed class Set(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Off { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Off;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
