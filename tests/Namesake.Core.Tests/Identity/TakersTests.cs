using System.Globalization;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Identity;

/// <summary>Receivers that have taken mail: bounded, and no walk through all of them for every message.</summary>
public sealed class TakersTests
{
    private readonly DateTimeOffset _start = DateTimeOffset.Parse(Scene.Start, CultureInfo.InvariantCulture);
    private readonly Takers _takers = new();

    [Fact]
    public void When_it_is_full_room_is_looked_for_once_a_minute()
    {
        for (var i = 0; i < Takers.Most; i++)
            Assert.True(_takers.Took(Site(i), _start));
        var end = _start + Takers.Remembered;

        Assert.False(_takers.Took(Site(-1), end - TimeSpan.FromSeconds(1)));
        Assert.False(_takers.Took(Site(-1), end)); // looked a second ago
        Assert.True(_takers.Took(Site(-1), end - TimeSpan.FromSeconds(1) + Takers.RoomEvery));
        Assert.True(_takers.HasTaken(Site(-1), end + Takers.RoomEvery));
    }

    [Fact]
    public void All_that_is_over_makes_room_at_once()
    {
        for (var i = 0; i < Takers.Most; i++)
            _takers.Took(Site(i), _start);
        var end = _start + Takers.Remembered;

        for (var i = 1; i <= Takers.Most; i++)
            Assert.True(_takers.Took(Site(-i), end));
        Assert.False(_takers.Took(Site(-Takers.Most - 1), end));
    }

    [Fact]
    public void What_is_restored_counts_and_makes_nothing_older()
    {
        var now = _start + TimeSpan.FromDays(2);
        _takers.Took(Site(0), now);
        _takers.Restore([new Taker(Site(0).Value, _start), new Taker(Site(1).Value, _start)], now);
        for (var i = 2; i < Takers.Most; i++)
            Assert.True(_takers.Took(Site(i), now));

        Assert.False(_takers.Took(Site(-1), now));
        Assert.True(_takers.HasTaken(Site(0), _start + Takers.Remembered));
        Assert.False(_takers.HasTaken(Site(1), _start + Takers.Remembered));
    }

    private static SiteId Site(int number) => new($"site{number}.example");
}
