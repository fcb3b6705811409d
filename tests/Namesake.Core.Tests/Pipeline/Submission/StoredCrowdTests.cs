using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class StoredCrowdTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    private readonly PaperTallies _store = new();
    private readonly StoredCrowd _crowd;

    public StoredCrowdTests() => _crowd = new StoredCrowd(_store, TallyScope.Sender, 3, NullLogger.Instance);

    [Fact]
    public async Task What_an_earlier_run_has_left_is_looked_at_with_the_first_save()
    {
        Add(Today.AddDays(-1), 5);
        Add(Today, 5);
        await _crowd.SavedAsync(0, Today);
        Assert.Equal((5, 5), (StoredOn(Today.AddDays(-1)), StoredOn(Today)));

        await _crowd.SavedAsync(1, Today);

        Assert.Equal((3, 3), (StoredOn(Today.AddDays(-1)), StoredOn(Today)));
    }

    [Fact]
    public async Task It_looks_again_after_as_many_saves_as_there_may_be_and_with_each_new_day()
    {
        await _crowd.SavedAsync(1, Today);
        Add(Today, 5);
        await _crowd.SavedAsync(2, Today);
        Assert.Equal(5, StoredOn(Today));
        await _crowd.SavedAsync(1, Today);
        Assert.Equal(3, StoredOn(Today));

        Add(Today, 5);
        await _crowd.SavedAsync(1, Today.AddDays(1));
        Assert.Equal(3, StoredOn(Today));
    }

    [Fact]
    public async Task The_heaviest_stay_and_other_scopes_are_not_its_business()
    {
        Add(Today, 5);
        _store.Add(Today, TallyScope.User, "ann", 1, 1);
        await _crowd.SavedAsync(5, Today);

        Assert.Equal(["ann", "n2", "n3", "n4"], _store.All.Select(tally => tally.Key.Name).Order());
    }

    private void Add(DateOnly day, int count)
    {
        for (var i = 0; i < count; i++)
            _store.Add(day, TallyScope.Sender, $"n{i}", 1, i);
    }

    private int StoredOn(DateOnly day) => _store.All.Count(tally => tally.Key.Day == day && tally.Key.Scope == TallyScope.Sender);
}
