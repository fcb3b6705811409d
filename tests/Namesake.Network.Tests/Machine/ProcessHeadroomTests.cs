using Microsoft.Extensions.Time.Testing;
using Namesake.Network.Machine;

namespace Namesake.Network.Tests.Machine;

public sealed class ProcessHeadroomTests
{
    private readonly FakeTimeProvider _time = new();
    private int _open = 300;
    private int _looks;
    private (long Used, long Available) _memory = (10, 100);

    private ProcessHeadroom Headroom(long most = 1_000) => new(most, () => { _looks++; return _open; }, () => _memory, _time);

    [Fact]
    public void There_is_room_while_descriptors_are_left_beyond_the_reserve()
    {
        Assert.Null(Headroom().Shortage());
        _open = 876; // an eighth of 1,000 is kept
        var shortage = Headroom().Shortage();
        Assert.Contains("876 of 1000 descriptors", shortage, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", shortage, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_was_let_in_since_the_last_look_counts_without_another_look()
    {
        _open = 870;
        var headroom = Headroom();
        for (var i = 0; i < 5; i++)
            Assert.Null(headroom.Shortage());
        Assert.Equal(1, _looks);
        // The next might be one too many: now it is looked at again, and those counted had not come.
        Assert.Null(headroom.Shortage());
        Assert.Equal(2, _looks);
        _open = 875;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(headroom.Shortage());
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(600, 10)]
    public void They_are_counted_once_a_second_while_half_are_free_and_else_ten_times(int open, int looks)
    {
        _open = open;
        var headroom = Headroom();
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(headroom.Shortage());
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(looks, _looks);
        Assert.Null(headroom.Shortage());
        Assert.Equal(looks + 1, _looks);
    }

    [Fact]
    public void Room_that_comes_back_is_seen_at_the_next_look()
    {
        _open = 999;
        var headroom = Headroom();
        Assert.NotNull(headroom.Shortage());
        _open = 300;
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(headroom.Shortage());
    }

    [Fact]
    public void A_heap_that_is_nearly_full_is_a_shortage_too()
    {
        _memory = (81_000_000, 100_000_000);
        Assert.Contains("81 of 100 MB", Headroom().Shortage(), StringComparison.Ordinal);
        _memory = (79_000_000, 100_000_000);
        Assert.Null(Headroom().Shortage());
    }

    [Fact]
    public void A_system_that_tells_nothing_has_no_limit()
    {
        _open = int.MaxValue;
        Assert.Null(Headroom(OpenFiles.Unlimited).Shortage());
        Assert.Equal(0, _looks);
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", OpenFiles.Unlimited)]
    [InlineData("Max open files", OpenFiles.Unlimited)]
    [InlineData("Max processes             96133                96133                processes ", OpenFiles.Unlimited)]
    public void The_soft_limit_is_read_from_the_systems_table(string line, long most) =>
        Assert.Equal(most, OpenFiles.Most(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Fact]
    public void Of_this_process_something_is_known()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.InRange(OpenFiles.Count(), 3, 1_000_000);
        Assert.Null(ProcessHeadroom.OfThisProcess(TimeProvider.System).Shortage());
    }
}
