using System.Collections.Immutable;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

public abstract class TallyContract(SpoolHouse house) : SpoolContract(house)
{
    private static readonly DateOnly Today = new(2026, 8, 1);

    [Fact]
    public async Task Tallies_are_there_after_a_crash()
    {
        var tallies = ImmutableArray.Create(Of("acme", scope: TallyScope.Brand), Of("Grüße@acme.example", scope: TallyScope.Sender), Of("acme-v4", scope: TallyScope.Source));
        await Tallies.SaveTalliesAsync(tallies);

        await House.CrashAsync();

        Assert.Equal(tallies, await FromAsync(Today));
    }

    [Fact]
    public async Task Saving_again_counts_nothing_twice_and_an_older_sum_changes_nothing()
    {
        await Tallies.SaveTalliesAsync([Of("ann", 5, 9, 1)]);
        await Tallies.SaveTalliesAsync([Of("ann", 7, 12, 1)]);
        await Tallies.SaveTalliesAsync([Of("ann", 7, 12, 1)]);
        await Tallies.SaveTalliesAsync([Of("ann", 6, 10, 2)]);

        Assert.Equal(Of("ann", 7, 12, 2), Assert.Single(await FromAsync(Today)));
    }

    [Fact]
    public async Task Days_and_scopes_of_one_name_are_kept_apart()
    {
        ImmutableArray<Tally> tallies = [Of("ann", 1), Of("ann", 2, scope: TallyScope.Sender), Of("ann", 3, day: 1), Of("ann", 4, day: 1, scope: TallyScope.Sender)];
        await Tallies.SaveTalliesAsync([.. tallies.Reverse()]);

        Assert.Equal(tallies, await FromAsync(Today));
        Assert.Equal(tallies[2..], await FromAsync(Today.AddDays(1)));
    }

    [Fact]
    public async Task Pages_leave_nothing_out()
    {
        var tallies = Enumerable.Range(0, 1_200).Select(i => Of($"u{i:0000}", i, day: i / 600)).ToImmutableArray();
        await Tallies.SaveTalliesAsync(tallies);

        var seen = new List<Tally>();
        while (await Tallies.TalliesAsync(Today, seen.LastOrDefault()?.Key, 500, Cancellation) is { IsEmpty: false } page)
            seen.AddRange(page);

        Assert.Equal(tallies, seen);
    }

    [Fact]
    public async Task The_heaviest_of_a_day_come_first_and_no_more_than_asked_for()
    {
        await Tallies.SaveTalliesAsync([Of("small", 9, 10), Of("large", 1, 500), Of("b", 1, 50), Of("a", 1, 50), Of("other", 1, 900, scope: TallyScope.Sender), Of("tomorrow", 1, 900, day: 1)]);

        Assert.Equal(["large", "a", "b"], (await Tallies.HeaviestAsync(Today, TallyScope.User, 3, Cancellation)).Select(tally => tally.Key.Name));
        Assert.Equal(Of("other", 1, 900, scope: TallyScope.Sender), Assert.Single(await Tallies.HeaviestAsync(Today, TallyScope.Sender, 3, Cancellation)));
        Assert.Empty(await Tallies.HeaviestAsync(Today.AddDays(2), TallyScope.User, 3, Cancellation));
    }

    [Fact]
    public async Task What_is_not_among_the_heaviest_of_a_day_and_scope_goes()
    {
        await Tallies.SaveTalliesAsync([Of("small", 9, 10), Of("large", 1, 500), Of("b", 1, 50), Of("a", 1, 50), Of("least", 1, 1), Of("other", 1, 2, scope: TallyScope.Sender), Of("tomorrow", 1, 2, day: 1)]);
        await Tallies.SaveTalliesAsync([.. Enumerable.Range(0, 1_203).Select(i => Of($"n{i:d4}", 1, 1, scope: TallyScope.Submitter))]);

        Assert.Equal(2, await Tallies.ForgetLightestAsync(Today, TallyScope.User, 3, Cancellation));
        Assert.Equal(0, await Tallies.ForgetLightestAsync(Today, TallyScope.User, 3, Cancellation));
        Assert.Equal(1_201, await Tallies.ForgetLightestAsync(Today, TallyScope.Submitter, 2, Cancellation));

        Assert.Equal(["a", "b", "large", "other", "n0000", "n0001", "tomorrow"], (await FromAsync(Today)).Select(tally => tally.Key.Name));
    }

    [Fact]
    public async Task Old_days_are_forgotten_a_slice_at_a_time()
    {
        await Tallies.SaveTalliesAsync([.. Enumerable.Range(0, 5).Select(day => Of("ann", 1, day: day)), Of("bob", 1)]);

        Assert.Equal(2, await Tallies.ForgetTalliesAsync(Today.AddDays(3), 2));
        Assert.Equal(2, await Tallies.ForgetTalliesAsync(Today.AddDays(3), 500));
        Assert.Equal(0, await Tallies.ForgetTalliesAsync(Today.AddDays(3), 500));

        Assert.Equal([Today.AddDays(3), Today.AddDays(4)], (await FromAsync(Today)).Select(tally => tally.Key.Day));
    }

    [Fact]
    public async Task Who_is_frozen_is_known_after_a_crash_and_a_release_forgets()
    {
        await Freezes.SaveFreezeAsync("user:ann", "{\"why\":\"1\"}");
        await Freezes.SaveFreezeAsync("user:ann", "{\"why\":\"2\"}");
        await Freezes.SaveFreezeAsync("user:bob", "{}");
        await Freezes.SaveFreezeAsync("user:bob", null);

        await House.CrashAsync();

        Assert.Equal(new KeyValuePair<string, string>("user:ann", "{\"why\":\"2\"}"), Assert.Single(await Freezes.FreezesAsync(Cancellation)));
    }

    private static Tally Of(string name, long messages = 1, long recipients = 1, long refused = 0, int day = 0, TallyScope scope = TallyScope.User) =>
        new(new TallyKey(Today.AddDays(day), scope, name), messages, recipients, refused);

    private Task<ImmutableArray<Tally>> FromAsync(DateOnly day) => Tallies.TalliesAsync(day, null, 10_000, Cancellation);
}
