using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>What is known of submitters after a restart, and on other nodes.</summary>
public sealed class SubmittersKeepingTests : KnownSubmitters
{
    [Fact]
    public async Task History_of_before_submitters_had_tallies_makes_no_brand_known()
    {
        for (var day = 1; day < 30; day++)
            Store.Add(Today.AddDays(-day), TallyScope.User, "ann", 10, 10);
        await RestartAsync();

        HandIn("ann", 10_000);

        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_freeze_outlives_a_restart_with_all_that_is_known_of_it()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);
        var before = Submitters.FreezeOf("ann");

        await RestartAsync();

        Assert.Equal(before, Submitters.FreezeOf("ann"));
        Assert.Equal([before!], Submitters.Freezes);
    }

    [Fact]
    public async Task An_operator_freezes_and_thaws_whom_he_names()
    {
        var freeze = await Submitters.FreezeAsync("ann", "password found in a leak", "op");

        Assert.Equal((Freeze.ByOperator, "password found in a leak", "op"), (freeze.Rule, freeze.Reason, freeze.By));
        await RestartAsync();
        Assert.NotNull(Submitters.FreezeOf("ann"));
        Assert.NotNull(await Submitters.ThawAsync("ann", null, "op"));
        Assert.Null(await Submitters.ThawAsync("ann", null, "op"));
        await RestartAsync();
        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Of_a_history_that_is_too_long_to_read_each_days_heaviest_are_known_and_no_brand_looks_new()
    {
        for (var day = 1; day <= 12; day++)
            for (var i = 0; i < 40_000; i++)
                Store.Add(Today.AddDays(-day), TallyScope.Submitter, $"x{day}-{i}@acme.test@10.0.0.9", 5, 5);
        Store.Add(Today.AddDays(-31), TallyScope.Submitter, "news", 20_000, 20_000);
        Store.Add(Today.AddDays(-9), TallyScope.Submitter, "shop", 900, 900);
        // Of beta all rows are lighter than what is read of their day.
        Store.Add(Today.AddDays(-10), TallyScope.Submitter, "zoe@beta.test@10.0.0.9", 1, 1);
        Store.Add(Today.AddDays(-10), TallyScope.Brand, "beta", 1, 1);
        await RestartAsync();

        Assert.InRange(Store.Read, 100_000, 500_000);
        Assert.InRange(Submitters.Count, 1, Submitters.Most);
        Assert.Equal((20_000L, 900L), (Submitters.NumbersOf("news")!.Value.BusiestDay, Submitters.NumbersOf("shop")!.Value.BusiestDay));
        Assert.Null(Submitters.NumbersOf("zoe@beta.test@10.0.0.9"));
        HandIn("news", 20_000);
        Assert.Null(Submitters.FreezeOf("news"));
        for (var i = 0; i < 2_501; i++)
            Submitters.Accepted("late@beta.test@10.0.0.9", new BrandId("beta"), 1);
        Assert.NotNull(Submitters.FreezeOf("late@beta.test@10.0.0.9"));
    }

    [Fact]
    public async Task However_many_handed_in_today_a_start_reads_a_bounded_part_and_knows_everybody_who_is_frozen()
    {
        await Submitters.FreezeAsync("ann", "password found in a leak", "op");
        for (var i = 0; i < 60_000; i++)
            Store.Add(Today, TallyScope.Submitter, $"x{i}@acme.test@10.0.0.9", 5, 5);
        Store.Add(Today, TallyScope.Submitter, "bob", 1_999, 1_999);
        using var started = new Submitters(() => Model, Store, Time, NullLogger.Instance);

        await started.LoadAsync(Store, TestContext.Current.CancellationToken);

        Assert.Equal(Submitters.Most / 2, started.Count);
        Assert.Equal(1_999, started.NumbersOf("bob")!.Value.Recipients);
        Assert.NotNull(started.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_start_goes_on_without_todays_sums_when_the_store_is_too_slow_to_give_them_and_knows_who_is_frozen()
    {
        HandIn("bob", 5);
        await Submitters.FreezeAsync("ann", "a test", "op");
        await RestartAsync();
        Store.BeforeHeaviest = (_, _, _) => throw new SpoolUnavailableException("took longer than a second to read");
        var log = new HeardLog();
        using var started = new Submitters(() => Model, Store, Time, log);

        await started.LoadAsync(Store, TestContext.Current.CancellationToken);

        Assert.NotNull(started.FreezeOf("ann"));
        Assert.Null(started.NumbersOf("bob"));
        Assert.Contains(log.Lines, line => line.StartsWith("Error What submitters handed in today before this start could not be read: their counts of today begin anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_frozen_or_thawed_on_another_node_is_so_here_when_that_is_heard()
    {
        using var other = new Submitters(() => Model, Store, Time, NullLogger.Instance);
        var told = new List<string>();
        other.Changed += freeze => told.Add(freeze.Submitter);
        var freeze = await Submitters.FreezeAsync("ann", "password in a leak", "op");
        Assert.Null(other.RefusalOf("ann"));

        await other.HearAsync(TestContext.Current.CancellationToken);
        await other.HearAsync(TestContext.Current.CancellationToken);

        Assert.Equal((freeze, Submitters.HoldOf("ann")), (other.FreezeOf("ann"), other.HoldOf("ann")));
        Assert.Equal(["ann"], told);
        await other.ThawAsync("ann", null, "op");
        await Submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Null(Submitters.FreezeOf("ann"));
        Assert.NotNull(Submitters.HoldOf("ann")); // until all of it is released
        await other.ReleasedAsync("ann");
        await Submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Null(Submitters.HoldOf("ann"));
    }

    [Fact]
    public async Task A_thaw_on_another_node_forgives_what_led_to_the_freeze_on_this_one()
    {
        await WithHistoryAsync("ann", 40);
        using var other = new Submitters(() => Model, Store, Time, NullLogger.Instance);
        HandIn("ann", 501);
        await other.HearAsync(TestContext.Current.CancellationToken);

        await other.ThawAsync("ann", null, "op");
        await Submitters.HearAsync(TestContext.Current.CancellationToken);
        HandIn("ann", 500);

        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Two_nodes_that_freeze_one_submitter_at_once_hold_its_mail_by_one_name()
    {
        using var other = new Submitters(() => Model, Store, Time, NullLogger.Instance);

        await Submitters.FreezeAsync("ann", "password in a leak", "op");
        await other.FreezeAsync("ann", "so it is said", "op2");

        Assert.Equal(Submitters.HoldOf("ann"), other.HoldOf("ann"));
        await Submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Equal("op2", Submitters.FreezeOf("ann")!.By); // the last word counts
    }

    [Fact]
    public async Task What_could_not_be_stored_yet_is_not_undone_by_what_is_stored()
    {
        Store.Trouble = "no room";
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => Submitters.FreezeAsync("ann", "password in a leak", "op"));
        Store.Trouble = null;

        await Submitters.HearAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Where_each_message_has_a_sender_of_its_own_no_more_of_them_are_stored_than_remembered()
    {
        for (var i = 0; i < Submitters.Most + 10_000; i++)
            Submitters.Accepted($"bounce-{i}@acme.test", Acme, i == 7 ? 2 : 1);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Forgotten = () => cut.TrySetResult();
        using var stop = new CancellationTokenSource();
        var keeping = Submitters.KeepAsync(Store, stop.Token);
        Time.Advance(TimeSpan.FromSeconds(5));
        await cut.Task.WaitAsync(Keeping.Patience, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await keeping;

        var stored = Store.All.Where(tally => tally.Key.Scope == TallyScope.Submitter).Select(tally => tally.Key.Name).ToHashSet();
        Assert.Equal(Submitters.Most, stored.Count);
        Assert.Contains("bounce-7@acme.test", stored);
    }

    [Theory]
    [InlineData("a save")]
    [InlineData("the history")]
    public async Task What_is_handed_in_while_something_is_under_way_is_saved_when_the_relay_stops_meanwhile(string under)
    {
        HandIn("ann", 1);
        Func<CancellationToken, Task> keep = stop => Submitters.KeepAsync(Store, stop);

        await (under == "a save" ? Keeping.StoppedInASaveAsync(Store, Time, keep, More) : Keeping.StoppedInAReadAsync(Store, Time, keep, More));

        Assert.Equal(2, Store.All.Single(tally => tally.Key == new TallyKey(Today, TallyScope.Submitter, "ann")).Messages);

        void More() => HandIn("ann", 1);
    }
}
