using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class StoredCrowdTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    private readonly FakeTimeProvider _time = new();
    private readonly PaperTallies _store = new();
    private readonly StoredCrowd _crowd;

    public StoredCrowdTests() => _crowd = new StoredCrowd(_store, TallyScope.Sender, 3, _time, NullLogger.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_earlier_run_has_left_is_looked_at_with_the_first_save()
    {
        Add(Today.AddDays(-1), 5);
        Add(Today, 5);
        await _crowd.SavedAsync(0, Today, Cancellation);
        Assert.Equal((5, 5), (StoredOn(Today.AddDays(-1)), StoredOn(Today)));

        await _crowd.SavedAsync(1, Today, Cancellation);

        Assert.Equal((3, 3), (StoredOn(Today.AddDays(-1)), StoredOn(Today)));
    }

    [Fact]
    public async Task It_looks_again_after_as_many_saves_as_there_may_be_and_with_each_new_day()
    {
        await _crowd.SavedAsync(1, Today, Cancellation);
        Add(Today, 5);
        await _crowd.SavedAsync(2, Today, Cancellation);
        Assert.Equal(5, StoredOn(Today));
        await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Equal(3, StoredOn(Today));

        Add(Today, 5);
        await _crowd.SavedAsync(1, Today.AddDays(1), Cancellation);
        Assert.Equal(3, StoredOn(Today));
    }

    [Fact]
    public async Task The_heaviest_stay_and_other_scopes_are_not_its_business()
    {
        Add(Today, 5);
        _store.Add(Today, TallyScope.User, "ann", 1, 1);
        await _crowd.SavedAsync(5, Today, Cancellation);

        Assert.Equal(["ann", "n2", "n3", "n4"], _store.All.Select(tally => tally.Key.Name).Order());
    }

    [Fact]
    public async Task A_day_that_takes_too_long_keeps_no_other_from_being_cut_and_is_tried_again_after_an_hour_only()
    {
        var tries = Fail(Today.AddDays(-1));
        Add(Today.AddDays(-1), 5);
        Add(Today, 5);

        await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Equal((5, 3), (StoredOn(Today.AddDays(-1)), StoredOn(Today)));
        for (var i = 0; i < 20; i++)
            await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Single(tries);

        _time.Advance(TimeSpan.FromHours(1));
        await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Equal(2, tries.Count);
        Fail(null);
        await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Equal(5, StoredOn(Today.AddDays(-1)));
        _time.Advance(TimeSpan.FromHours(1));
        await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Equal(3, StoredOn(Today.AddDays(-1)));
    }

    [Fact]
    public async Task Today_is_not_tried_again_with_each_save_either_but_as_yesterday()
    {
        var tries = Fail(Today);
        Add(Today, 5);
        for (var i = 0; i < 20; i++)
            await _crowd.SavedAsync(1, Today, Cancellation);
        Assert.Single(tries);

        await _crowd.SavedAsync(1, Today.AddDays(1), Cancellation);
        Assert.Equal(2, tries.Count);
        _time.Advance(TimeSpan.FromHours(1));
        Fail(null);
        await _crowd.SavedAsync(1, Today.AddDays(1), Cancellation);
        Assert.Equal(3, StoredOn(Today));
    }

    /// <returns>The tries of that day.</returns>
    private List<DateOnly> Fail(DateOnly? slow)
    {
        var tries = new List<DateOnly>();
        _store.BeforeHeaviest = (day, _, _) =>
        {
            if (day != slow)
                return Task.CompletedTask;
            tries.Add(day);
            throw new SpoolUnavailableException("took longer than a second to read");
        };
        return tries;
    }

    private void Add(DateOnly day, int count)
    {
        for (var i = 0; i < count; i++)
            _store.Add(day, TallyScope.Sender, $"n{i}", 1, i);
    }

    private int StoredOn(DateOnly day) => _store.All.Count(tally => tally.Key.Day == day && tally.Key.Scope == TallyScope.Sender);
}
