using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>Who is unlike himself, and who only seems to be.</summary>
public sealed class SubmittersTests : IDisposable
{
    private static readonly BrandId Acme = new("acme");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));
    private readonly PaperTallies _store = new();
    private RelayModel _model = ModelOf(new AnomalyRules());
    private Submitters _submitters;

    public SubmittersTests() => _submitters = new Submitters(() => _model, _store, _time, NullLogger.Instance);

    public void Dispose() => _submitters.Dispose();

    [Fact]
    public async Task A_stolen_mailbox_is_frozen_at_the_first_recipient_above_the_floor()
    {
        await WithHistoryAsync("ann", 40);

        HandIn("ann", 500);
        Assert.Null(_submitters.FreezeOf("ann"));
        HandIn("ann", 1);

        var freeze = _submitters.FreezeOf("ann")!;
        Assert.Equal("hourly-recipients", freeze.Rule);
        Assert.Equal("501 recipients in 501 messages within an hour, and its busiest day of the last 35 had 40; allowed are 500", freeze.Reason);
        Assert.Equal((Acme, Freeze.ByRelay, 501L), (freeze.Brand!.Value, freeze.By, freeze.Numbers.Messages));
        Assert.Equal("451 4.7.1 Submission under this name is suspended for now; ask your postmaster, who can see why and release it", _submitters.RefusalOf("ann")!.ToString());
        Assert.Null(_submitters.RefusalOf("bob"));
    }

    [Fact]
    public async Task Slow_theft_is_seen_by_the_day()
    {
        await WithHistoryAsync("ann", 40);

        for (var hour = 0; hour < 6 && _submitters.FreezeOf("ann") is null; hour++)
        {
            HandIn("ann", 400);
            _time.Advance(TimeSpan.FromMinutes(70));
        }

        Assert.Equal("daily-recipients", _submitters.FreezeOf("ann")?.Rule);
        Assert.Equal(2_001, _submitters.FreezeOf("ann")!.Numbers.Recipients);
    }

    [Fact]
    public async Task Who_sends_little_is_never_frozen_whatever_its_history()
    {
        await WithHistoryAsync("ann", 1);

        HandIn("ann", 500);

        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_newsletter_that_is_as_large_every_week_is_its_habit()
    {
        await WithHistoryAsync("bob", 5);
        for (var week = 1; week <= 4; week++)
            _store.Add(Today.AddDays(-7 * week), TallyScope.Submitter, "news", 20_000, 20_000);
        await RestartAsync();

        HandIn("news", 20_000);
        _time.Advance(TimeSpan.FromDays(7));
        HandIn("news", 24_000);

        Assert.Null(_submitters.FreezeOf("news"));
    }

    [Fact]
    public async Task A_newsletter_once_a_month_is_its_habit_too()
    {
        await WithHistoryAsync("bob", 5);
        _store.Add(Today.AddDays(-31), TallyScope.Submitter, "news", 20_000, 20_000);
        await RestartAsync();

        HandIn("news", 20_000);

        Assert.Null(_submitters.FreezeOf("news"));
    }

    [Fact]
    public void On_a_new_brands_first_days_no_volume_is_a_sign()
    {
        for (var day = 0; day < Submitters.DaysToKnowBrand; day++)
        {
            HandIn($"user{day}", 20_000);
            Assert.Null(_submitters.FreezeOf($"user{day}"));
            _time.Advance(TimeSpan.FromDays(1));
        }

        HandIn("late", 2_500);
        Assert.Null(_submitters.FreezeOf("late")); // without a history of its own five times the floor
        HandIn("late", 1);
        Assert.Equal("2,501 recipients in 2,501 messages within an hour, and it has no history; allowed are 2,500", _submitters.FreezeOf("late")?.Reason);
    }

    [Fact]
    public async Task History_of_before_submitters_had_tallies_makes_no_brand_known()
    {
        for (var day = 1; day < 30; day++)
            _store.Add(Today.AddDays(-day), TallyScope.User, "ann", 10, 10);
        await RestartAsync();

        HandIn("ann", 10_000);

        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task One_message_to_a_whole_club_is_one_letter()
    {
        await WithHistoryAsync("ann", 10);

        _submitters.Accepted("ann", Acme, 1_000);
        _submitters.Accepted("ann", Acme, 1_000);

        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Many_messages_to_many_recipients_each_are_no_letter_to_a_club()
    {
        await WithHistoryAsync("ann", 10);

        for (var i = 0; i < 6; i++)
            _submitters.Accepted("ann", Acme, 1_000);

        Assert.NotNull(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_backlog_that_comes_at_once_after_four_days_of_downtime_is_none()
    {
        await WithHistoryAsync("shop", 1_000);
        _time.Advance(TimeSpan.FromDays(4));

        HandIn("shop", 5_000);

        Assert.Null(_submitters.FreezeOf("shop"));
    }

    [Fact]
    public void Refusals_freeze_with_their_share_and_their_number_and_from_the_first_day_on()
    {
        HandIn("ann", 400);

        Tell("ann", delivered: 300, refused: 99);
        Assert.Null(_submitters.FreezeOf("ann"));
        Tell("ann", delivered: 0, refused: 1);

        var freeze = _submitters.FreezeOf("ann")!;
        Assert.Equal("refusals", freeze.Rule);
        Assert.StartsWith("100 of 400 recipients within an hour were refused for good (25 %;", freeze.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_refusals_of_a_large_list_are_no_sign_by_themselves()
    {
        HandIn("news", 20_000);

        Tell("news", delivered: 19_000, refused: 1_000);

        Assert.Null(_submitters.FreezeOf("news"));
    }

    [Fact]
    public void Refusals_are_forgotten_after_an_hour()
    {
        for (var hour = 0; hour < 5; hour++)
        {
            Tell("ann", delivered: 10, refused: 90);
            _time.Advance(TimeSpan.FromMinutes(65));
        }

        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public void Where_everybody_is_refused_it_is_the_relays_address_and_nobodys_fault()
    {
        Tell("ann", delivered: 100, refused: 90);
        Tell("bob", delivered: 100, refused: 90);
        Tell("ann", delivered: 0, refused: 200);
        Tell("bob", delivered: 0, refused: 200);

        Assert.Null(_submitters.FreezeOf("ann"));
        Assert.Null(_submitters.FreezeOf("bob"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_few_domains_alone_never_freeze_anybody_however_much_they_refuse(int domains)
    {
        for (var hour = 0; hour < 3; hour++)
        {
            Tell("shop", delivered: 30, refused: 0);
            Tell("shop", delivered: 0, refused: 2_000, domains);
            _time.Advance(TimeSpan.FromMinutes(40));
        }

        Assert.Null(_submitters.FreezeOf("shop"));
        Assert.Equal(6_000, _submitters.NumbersOf("shop")!.Value.Refused); // shown as it was
    }

    [Fact]
    public void Sub_domains_of_one_registrant_are_one_domain()
    {
        for (var i = 0; i < 2_000; i++)
            _submitters.Told("shop", Acme, DomainName.Parse($"x{i}.evil.co.uk"), 0, 1);

        Assert.Null(_submitters.FreezeOf("shop"));
    }

    [Fact]
    public void A_domain_that_refuses_beyond_its_share_hides_no_theft()
    {
        Tell("ann", delivered: 0, refused: 500, domains: 1);
        for (var i = 0; i < 1_000; i++)
            _submitters.Told("ann", Acme, DomainName.Parse("d0.example"), 1, 0);
        Assert.Null(_submitters.FreezeOf("ann"));

        Tell("ann", delivered: 100, refused: 90);

        Assert.Equal("refusals", _submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public void A_domain_counts_anew_an_hour_later()
    {
        Tell("ann", delivered: 0, refused: 500, domains: 1);
        _time.Advance(TimeSpan.FromMinutes(70));

        Tell("ann", delivered: 0, refused: 75, domains: 3); // the share of each, in whichever place
        for (var i = 0; i < 90; i++)
            _submitters.Told("ann", Acme, DomainName.Parse($"e{i}.example"), 0, 1);

        Assert.NotNull(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public void One_thief_does_not_excuse_the_next()
    {
        Tell("carl", delivered: 50, refused: 0);
        Tell("ann", delivered: 0, refused: 100);
        Tell("bob", delivered: 0, refused: 100);

        Assert.NotNull(_submitters.FreezeOf("ann"));
        Assert.NotNull(_submitters.FreezeOf("bob"));
    }

    [Fact]
    public void Reports_and_forwarded_mail_of_a_client_are_told_about_and_never_stopped()
    {
        Tell("carl", delivered: 50, refused: 0);
        Tell("10.0.0.9", delivered: 0, refused: 100);

        Assert.Null(_submitters.FreezeOf("10.0.0.9"));
    }

    [Fact]
    public async Task Thawing_forgives_what_led_to_it_also_over_a_restart_and_not_what_comes_after()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);

        Assert.NotNull(await _submitters.ThawAsync("ann", null, "op"));
        HandIn("ann", 500);
        Assert.Null(_submitters.FreezeOf("ann"));
        await RestartAsync();
        Assert.Null(_submitters.FreezeOf("ann"));
        HandIn("ann", 1_500);

        Assert.Null(_submitters.FreezeOf("ann"));
        HandIn("ann", 506);
        Assert.Equal("daily-recipients", _submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public async Task Who_is_thawed_with_a_quiet_time_is_not_judged_by_volume_until_it_ends()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);
        await _submitters.ThawAsync("ann", _time.GetUtcNow().AddHours(3), "op");

        HandIn("ann", 50_000);
        Assert.Null(_submitters.FreezeOf("ann"));
        Tell("ann", delivered: 0, refused: 100);

        Assert.Equal("refusals", _submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public async Task A_freeze_outlives_a_restart_with_all_that_is_known_of_it()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);
        var before = _submitters.FreezeOf("ann");

        await RestartAsync();

        Assert.Equal(before, _submitters.FreezeOf("ann"));
        Assert.Equal([before!], _submitters.Freezes);
    }

    [Fact]
    public async Task An_operator_freezes_and_thaws_whom_he_names()
    {
        var freeze = await _submitters.FreezeAsync("ann", "password found in a leak", "op");

        Assert.Equal((Freeze.ByOperator, "password found in a leak", "op"), (freeze.Rule, freeze.Reason, freeze.By));
        await RestartAsync();
        Assert.NotNull(_submitters.FreezeOf("ann"));
        Assert.NotNull(await _submitters.ThawAsync("ann", null, "op"));
        Assert.Null(await _submitters.ThawAsync("ann", null, "op"));
        await RestartAsync();
        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Observing_tells_once_a_day_and_stops_nothing()
    {
        _model = ModelOf(new AnomalyRules { Mode = AnomalyMode.Observe });
        await WithHistoryAsync("ann", 40);
        var told = 0;
        _submitters.Changed += _ => told++;

        HandIn("ann", 2_000);

        Assert.Null(_submitters.FreezeOf("ann"));
        Assert.Equal(1, told);
        Assert.Equal(["ann"], _submitters.Freezes.Where(freeze => freeze.IsObserved).Select(freeze => freeze.Submitter));
        _time.Advance(TimeSpan.FromHours(25));
        Assert.Empty(_submitters.Freezes);
    }

    [Fact]
    public async Task Off_judges_nobody()
    {
        _model = ModelOf(new AnomalyRules { Mode = AnomalyMode.Off });
        await WithHistoryAsync("ann", 40);

        HandIn("ann", 5_000);
        Tell("ann", 0, 5_000);

        Assert.Empty(_submitters.Freezes);
    }

    [Fact]
    public async Task A_user_has_rules_of_its_own_above_its_brands_above_the_relays()
    {
        _model = ModelOf(new AnomalyRules(), new AnomalyOverride(HourlyRecipients: 100, Factor: 1), new AnomalyOverride(HourlyRecipients: 5_000));
        await WithHistoryAsync("bob", 40);
        await WithHistoryAsync("ann", 40);

        HandIn("bob", 101);
        HandIn("ann", 1_999);

        Assert.NotNull(_submitters.FreezeOf("bob"));
        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public void A_million_submitters_fit_into_memory()
    {
        for (var i = 0; i < 1_000_000; i++)
            _submitters.Accepted(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"x{i}@acme.test@10.0.0.9"), Acme, 1);

        Assert.InRange(_submitters.Count, 1, Submitters.Most);
    }

    [Fact]
    public async Task Of_a_history_that_is_too_long_to_read_each_days_heaviest_are_known_and_no_brand_looks_new()
    {
        for (var day = 1; day <= 12; day++)
            for (var i = 0; i < 40_000; i++)
                _store.Add(Today.AddDays(-day), TallyScope.Submitter, $"x{day}-{i}@acme.test@10.0.0.9", 5, 5);
        _store.Add(Today.AddDays(-31), TallyScope.Submitter, "news", 20_000, 20_000);
        _store.Add(Today.AddDays(-9), TallyScope.Submitter, "shop", 900, 900);
        // Of beta all rows are lighter than what is read of their day.
        _store.Add(Today.AddDays(-10), TallyScope.Submitter, "zoe@beta.test@10.0.0.9", 1, 1);
        _store.Add(Today.AddDays(-10), TallyScope.Brand, "beta", 1, 1);
        await RestartAsync();

        Assert.InRange(_store.Read, 100_000, 500_000);
        Assert.InRange(_submitters.Count, 1, Submitters.Most);
        Assert.Equal((20_000L, 900L), (_submitters.NumbersOf("news")!.Value.BusiestDay, _submitters.NumbersOf("shop")!.Value.BusiestDay));
        Assert.Null(_submitters.NumbersOf("zoe@beta.test@10.0.0.9"));
        HandIn("news", 20_000);
        Assert.Null(_submitters.FreezeOf("news"));
        for (var i = 0; i < 2_501; i++)
            _submitters.Accepted("late@beta.test@10.0.0.9", new BrandId("beta"), 1);
        Assert.NotNull(_submitters.FreezeOf("late@beta.test@10.0.0.9"));
    }

    [Fact]
    public async Task However_many_handed_in_today_a_start_reads_a_bounded_part_and_knows_everybody_who_is_frozen()
    {
        await _submitters.FreezeAsync("ann", "password found in a leak", "op");
        for (var i = 0; i < 60_000; i++)
            _store.Add(Today, TallyScope.Submitter, $"x{i}@acme.test@10.0.0.9", 5, 5);
        _store.Add(Today, TallyScope.Submitter, "bob", 1_999, 1_999);
        using var started = new Submitters(() => _model, _store, _time, NullLogger.Instance);

        await started.LoadAsync(_store, TestContext.Current.CancellationToken);

        Assert.Equal(Submitters.Most / 2, started.Count);
        Assert.Equal(1_999, started.NumbersOf("bob")!.Value.Recipients);
        Assert.NotNull(started.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_start_goes_on_without_todays_sums_when_the_store_is_too_slow_to_give_them_and_knows_who_is_frozen()
    {
        HandIn("bob", 5);
        await _submitters.FreezeAsync("ann", "a test", "op");
        await RestartAsync();
        _store.BeforeHeaviest = (_, _, _) => throw new SpoolUnavailableException("took longer than a second to read");
        var log = new HeardLog();
        using var started = new Submitters(() => _model, _store, _time, log);

        await started.LoadAsync(_store, TestContext.Current.CancellationToken);

        Assert.NotNull(started.FreezeOf("ann"));
        Assert.Null(started.NumbersOf("bob"));
        Assert.Contains(log.Lines, line => line.StartsWith("Error What submitters handed in today before this start could not be read: their counts of today begin anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_frozen_or_thawed_on_another_node_is_so_here_when_that_is_heard()
    {
        using var other = new Submitters(() => _model, _store, _time, NullLogger.Instance);
        var told = new List<string>();
        other.Changed += freeze => told.Add(freeze.Submitter);
        var freeze = await _submitters.FreezeAsync("ann", "password in a leak", "op");
        Assert.Null(other.RefusalOf("ann"));

        await other.HearAsync(TestContext.Current.CancellationToken);
        await other.HearAsync(TestContext.Current.CancellationToken);

        Assert.Equal((freeze, _submitters.HoldOf("ann")), (other.FreezeOf("ann"), other.HoldOf("ann")));
        Assert.Equal(["ann"], told);
        await other.ThawAsync("ann", null, "op");
        await _submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Null(_submitters.FreezeOf("ann"));
        Assert.NotNull(_submitters.HoldOf("ann")); // until all of it is released
        await other.ReleasedAsync("ann");
        await _submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Null(_submitters.HoldOf("ann"));
    }

    [Fact]
    public async Task A_thaw_on_another_node_forgives_what_led_to_the_freeze_on_this_one()
    {
        await WithHistoryAsync("ann", 40);
        using var other = new Submitters(() => _model, _store, _time, NullLogger.Instance);
        HandIn("ann", 501);
        await other.HearAsync(TestContext.Current.CancellationToken);

        await other.ThawAsync("ann", null, "op");
        await _submitters.HearAsync(TestContext.Current.CancellationToken);
        HandIn("ann", 500);

        Assert.Null(_submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Two_nodes_that_freeze_one_submitter_at_once_hold_its_mail_by_one_name()
    {
        using var other = new Submitters(() => _model, _store, _time, NullLogger.Instance);

        await _submitters.FreezeAsync("ann", "password in a leak", "op");
        await other.FreezeAsync("ann", "so it is said", "op2");

        Assert.Equal(_submitters.HoldOf("ann"), other.HoldOf("ann"));
        await _submitters.HearAsync(TestContext.Current.CancellationToken);
        Assert.Equal("op2", _submitters.FreezeOf("ann")!.By); // the last word counts
    }

    [Fact]
    public async Task What_could_not_be_stored_yet_is_not_undone_by_what_is_stored()
    {
        _store.Trouble = "no room";
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => _submitters.FreezeAsync("ann", "password in a leak", "op"));
        _store.Trouble = null;

        await _submitters.HearAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(_submitters.FreezeOf("ann"));
    }

    private DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private void HandIn(string name, int messages)
    {
        for (var i = 0; i < messages; i++)
            _submitters.Accepted(name, Acme, 1);
    }

    /// <summary>By as many domains as there are recipients, in turn.</summary>
    [Fact]
    public async Task Where_each_message_has_a_sender_of_its_own_no_more_of_them_are_stored_than_remembered()
    {
        for (var i = 0; i < Submitters.Most + 10_000; i++)
            _submitters.Accepted($"bounce-{i}@acme.test", Acme, i == 7 ? 2 : 1);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Forgotten = () => cut.TrySetResult();
        using var stop = new CancellationTokenSource();
        var keeping = _submitters.KeepAsync(_store, stop.Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        await cut.Task.WaitAsync(Keeping.Patience, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await keeping;

        var stored = _store.All.Where(tally => tally.Key.Scope == TallyScope.Submitter).Select(tally => tally.Key.Name).ToHashSet();
        Assert.Equal(Submitters.Most, stored.Count);
        Assert.Contains("bounce-7@acme.test", stored);
    }

    [Theory]
    [InlineData("a save")]
    [InlineData("the history")]
    public async Task What_is_handed_in_while_something_is_under_way_is_saved_when_the_relay_stops_meanwhile(string under)
    {
        HandIn("ann", 1);
        Func<CancellationToken, Task> keep = stop => _submitters.KeepAsync(_store, stop);

        await (under == "a save" ? Keeping.StoppedInASaveAsync(_store, _time, keep, More) : Keeping.StoppedInAReadAsync(_store, _time, keep, More));

        Assert.Equal(2, _store.All.Single(tally => tally.Key == new TallyKey(Today, TallyScope.Submitter, "ann")).Messages);

        void More() => HandIn("ann", 1);
    }

    private void Tell(string name, int delivered, int refused, int domains = int.MaxValue)
    {
        for (var i = 0; i < delivered + refused; i++)
            _submitters.Told(name, Acme, DomainName.Parse($"d{i % domains}.example"), i < delivered ? 1 : 0, i < delivered ? 0 : 1);
    }

    /// <summary>A month of days like this one, so that its brand is known.</summary>
    private async Task WithHistoryAsync(string name, int recipientsADay)
    {
        for (var day = 1; day < 30; day++)
            _store.Add(Today.AddDays(-day), TallyScope.Submitter, name, recipientsADay, recipientsADay);
        await RestartAsync();
    }

    private async Task RestartAsync()
    {
        using var stop = new CancellationTokenSource();
        var keeping = _submitters.KeepAsync(_store, stop.Token);
        await stop.CancelAsync();
        await keeping;
        _submitters.Dispose();
        _submitters = new Submitters(() => _model, _store, _time, NullLogger.Instance);
        await _submitters.LoadAsync(_store, TestContext.Current.CancellationToken);
        await _submitters.LoadHistoryAsync(_store, TestContext.Current.CancellationToken);
    }

    private static RelayModel ModelOf(AnomalyRules rules, AnomalyOverride? brand = null, AnomalyOverride? ann = null)
    {
        var hash = PasswordHash.Of("right", PasswordHash.FewestIterations);
        return new RelayModel
        {
            Node = "test",
            Brands = new BrandDirectory([new Brand { Id = Acme, SenderDomains = [DomainName.Parse("acme.test")], Sources = [new SourceId("a")], Anomalies = brand },
                new Brand { Id = new BrandId("beta"), SenderDomains = [DomainName.Parse("beta.test")], Sources = [new SourceId("a")] }]),
            Sources = new SourceDirectory([]),
            Users = [.. new[] { "ann", "bob", "news", "shop" }.Select(name => new UserModel(name, Acme, hash) { Anomalies = name == "ann" ? ann : null })],
            Anomalies = rules,
        };
    }
}
