using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>Who is unlike himself, and who only seems to be.</summary>
public sealed class SubmittersTests : KnownSubmitters
{
    [Fact]
    public async Task A_stolen_mailbox_is_frozen_at_the_first_recipient_above_the_floor()
    {
        await WithHistoryAsync("ann", 40);

        HandIn("ann", 500);
        Assert.Null(Submitters.FreezeOf("ann"));
        HandIn("ann", 1);

        var freeze = Submitters.FreezeOf("ann")!;
        Assert.Equal("hourly-recipients", freeze.Rule);
        Assert.Equal("501 recipients in 501 messages within an hour, and its busiest day of the last 35 had 40; allowed are 500", freeze.Reason);
        Assert.Equal((Acme, Freeze.ByRelay, 501L), (freeze.Brand!.Value, freeze.By, freeze.Numbers.Messages));
        Assert.Equal("451 4.7.1 Submission under this name is suspended for now; ask your postmaster, who can see why and release it", Submitters.RefusalOf("ann")!.ToString());
        Assert.Null(Submitters.RefusalOf("bob"));
    }

    [Fact]
    public async Task Slow_theft_is_seen_by_the_day()
    {
        await WithHistoryAsync("ann", 40);

        for (var hour = 0; hour < 6 && Submitters.FreezeOf("ann") is null; hour++)
        {
            HandIn("ann", 400);
            Time.Advance(TimeSpan.FromMinutes(70));
        }

        Assert.Equal("daily-recipients", Submitters.FreezeOf("ann")?.Rule);
        Assert.Equal(2_001, Submitters.FreezeOf("ann")!.Numbers.Recipients);
    }

    [Fact]
    public async Task Who_sends_little_is_never_frozen_whatever_its_history()
    {
        await WithHistoryAsync("ann", 1);

        HandIn("ann", 500);

        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_newsletter_that_is_as_large_every_week_is_its_habit()
    {
        await WithHistoryAsync("bob", 5);
        for (var week = 1; week <= 4; week++)
            Store.Add(Today.AddDays(-7 * week), TallyScope.Submitter, "news", 20_000, 20_000);
        await RestartAsync();

        HandIn("news", 20_000);
        Time.Advance(TimeSpan.FromDays(7));
        HandIn("news", 24_000);

        Assert.Null(Submitters.FreezeOf("news"));
    }

    [Fact]
    public async Task A_newsletter_once_a_month_is_its_habit_too()
    {
        await WithHistoryAsync("bob", 5);
        Store.Add(Today.AddDays(-31), TallyScope.Submitter, "news", 20_000, 20_000);
        await RestartAsync();

        HandIn("news", 20_000);

        Assert.Null(Submitters.FreezeOf("news"));
    }

    [Fact]
    public void On_a_new_brands_first_days_no_volume_is_a_sign()
    {
        for (var day = 0; day < Submitters.DaysToKnowBrand; day++)
        {
            HandIn($"user{day}", 20_000);
            Assert.Null(Submitters.FreezeOf($"user{day}"));
            Time.Advance(TimeSpan.FromDays(1));
        }

        HandIn("late", 2_500);
        Assert.Null(Submitters.FreezeOf("late")); // without a history of its own five times the floor
        HandIn("late", 1);
        Assert.Equal("2,501 recipients in 2,501 messages within an hour, and it has no history; allowed are 2,500", Submitters.FreezeOf("late")?.Reason);
    }

    [Fact]
    public async Task One_message_to_a_whole_club_is_one_letter()
    {
        await WithHistoryAsync("ann", 10);

        Submitters.Accepted("ann", Acme, 1_000);
        Submitters.Accepted("ann", Acme, 1_000);

        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task Many_messages_to_many_recipients_each_are_no_letter_to_a_club()
    {
        await WithHistoryAsync("ann", 10);

        for (var i = 0; i < 6; i++)
            Submitters.Accepted("ann", Acme, 1_000);

        Assert.NotNull(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public async Task A_backlog_that_comes_at_once_after_four_days_of_downtime_is_none()
    {
        await WithHistoryAsync("shop", 1_000);
        Time.Advance(TimeSpan.FromDays(4));

        HandIn("shop", 5_000);

        Assert.Null(Submitters.FreezeOf("shop"));
    }

    [Fact]
    public void Refusals_freeze_with_their_share_and_their_number_and_from_the_first_day_on()
    {
        HandIn("ann", 400);

        Tell("ann", delivered: 300, refused: 99);
        Assert.Null(Submitters.FreezeOf("ann"));
        Tell("ann", delivered: 0, refused: 1);

        var freeze = Submitters.FreezeOf("ann")!;
        Assert.Equal("refusals", freeze.Rule);
        Assert.StartsWith("100 of 400 recipients within an hour were refused for good (25 %;", freeze.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_refusals_of_a_large_list_are_no_sign_by_themselves()
    {
        HandIn("news", 20_000);

        Tell("news", delivered: 19_000, refused: 1_000);

        Assert.Null(Submitters.FreezeOf("news"));
    }

    [Fact]
    public void Refusals_are_forgotten_after_an_hour()
    {
        for (var hour = 0; hour < 5; hour++)
        {
            Tell("ann", delivered: 10, refused: 90);
            Time.Advance(TimeSpan.FromMinutes(65));
        }

        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public void Where_everybody_is_refused_it_is_the_relays_address_and_nobodys_fault()
    {
        Tell("ann", delivered: 100, refused: 90);
        Tell("bob", delivered: 100, refused: 90);
        Tell("ann", delivered: 0, refused: 200);
        Tell("bob", delivered: 0, refused: 200);

        Assert.Null(Submitters.FreezeOf("ann"));
        Assert.Null(Submitters.FreezeOf("bob"));
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
            Time.Advance(TimeSpan.FromMinutes(40));
        }

        Assert.Null(Submitters.FreezeOf("shop"));
        Assert.Equal(6_000, Submitters.NumbersOf("shop")!.Value.Refused); // shown as it was
    }

    [Fact]
    public void Sub_domains_of_one_registrant_are_one_domain()
    {
        for (var i = 0; i < 2_000; i++)
            Submitters.Told("shop", Acme, DomainName.Parse($"x{i}.evil.co.uk"), 0, 1);

        Assert.Null(Submitters.FreezeOf("shop"));
    }

    [Fact]
    public void A_domain_that_refuses_beyond_its_share_hides_no_theft()
    {
        Tell("ann", delivered: 0, refused: 500, domains: 1);
        for (var i = 0; i < 1_000; i++)
            Submitters.Told("ann", Acme, DomainName.Parse("d0.example"), 1, 0);
        Assert.Null(Submitters.FreezeOf("ann"));

        Tell("ann", delivered: 100, refused: 90);

        Assert.Equal("refusals", Submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public void A_domain_counts_anew_an_hour_later()
    {
        Tell("ann", delivered: 0, refused: 500, domains: 1);
        Time.Advance(TimeSpan.FromMinutes(70));

        Tell("ann", delivered: 0, refused: 75, domains: 3); // the share of each, in whichever place
        for (var i = 0; i < 90; i++)
            Submitters.Told("ann", Acme, DomainName.Parse($"e{i}.example"), 0, 1);

        Assert.NotNull(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public void One_thief_does_not_excuse_the_next()
    {
        Tell("carl", delivered: 50, refused: 0);
        Tell("ann", delivered: 0, refused: 100);
        Tell("bob", delivered: 0, refused: 100);

        Assert.NotNull(Submitters.FreezeOf("ann"));
        Assert.NotNull(Submitters.FreezeOf("bob"));
    }

    [Fact]
    public void Reports_and_forwarded_mail_of_a_client_are_told_about_and_never_stopped()
    {
        Tell("carl", delivered: 50, refused: 0);
        Tell("10.0.0.9", delivered: 0, refused: 100);

        Assert.Null(Submitters.FreezeOf("10.0.0.9"));
    }

    [Fact]
    public async Task Thawing_forgives_what_led_to_it_also_over_a_restart_and_not_what_comes_after()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);

        Assert.NotNull(await Submitters.ThawAsync("ann", null, "op"));
        HandIn("ann", 500);
        Assert.Null(Submitters.FreezeOf("ann"));
        await RestartAsync();
        Assert.Null(Submitters.FreezeOf("ann"));
        HandIn("ann", 1_500);

        Assert.Null(Submitters.FreezeOf("ann"));
        HandIn("ann", 506);
        Assert.Equal("daily-recipients", Submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public async Task Who_is_thawed_with_a_quiet_time_is_not_judged_by_volume_until_it_ends()
    {
        await WithHistoryAsync("ann", 40);
        HandIn("ann", 501);
        await Submitters.ThawAsync("ann", Time.GetUtcNow().AddHours(3), "op");

        HandIn("ann", 50_000);
        Assert.Null(Submitters.FreezeOf("ann"));
        Tell("ann", delivered: 0, refused: 100);

        Assert.Equal("refusals", Submitters.FreezeOf("ann")?.Rule);
    }

    [Fact]
    public async Task Observing_tells_once_a_day_and_stops_nothing()
    {
        Model = ModelOf(new AnomalyRules { Mode = AnomalyMode.Observe });
        await WithHistoryAsync("ann", 40);
        var told = 0;
        Submitters.Changed += _ => told++;

        HandIn("ann", 2_000);

        Assert.Null(Submitters.FreezeOf("ann"));
        Assert.Equal(1, told);
        Assert.Equal(["ann"], Submitters.Freezes.Where(freeze => freeze.IsObserved).Select(freeze => freeze.Submitter));
        Time.Advance(TimeSpan.FromHours(25));
        Assert.Empty(Submitters.Freezes);
    }

    [Fact]
    public async Task Off_judges_nobody()
    {
        Model = ModelOf(new AnomalyRules { Mode = AnomalyMode.Off });
        await WithHistoryAsync("ann", 40);

        HandIn("ann", 5_000);
        Tell("ann", 0, 5_000);

        Assert.Empty(Submitters.Freezes);
    }

    [Fact]
    public async Task A_user_has_rules_of_its_own_above_its_brands_above_the_relays()
    {
        Model = ModelOf(new AnomalyRules(), new AnomalyOverride(HourlyRecipients: 100, Factor: 1), new AnomalyOverride(HourlyRecipients: 5_000));
        await WithHistoryAsync("bob", 40);
        await WithHistoryAsync("ann", 40);

        HandIn("bob", 101);
        HandIn("ann", 1_999);

        Assert.NotNull(Submitters.FreezeOf("bob"));
        Assert.Null(Submitters.FreezeOf("ann"));
    }

    [Fact]
    public void A_million_submitters_fit_into_memory()
    {
        for (var i = 0; i < 1_000_000; i++)
            Submitters.Accepted(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"x{i}@acme.test@10.0.0.9"), Acme, 1);

        Assert.InRange(Submitters.Count, 1, Submitters.Most);
    }

    /// <summary>By as many domains as there are recipients, in turn.</summary>
    private void Tell(string name, int delivered, int refused, int domains = int.MaxValue)
    {
        for (var i = 0; i < delivered + refused; i++)
            Submitters.Told(name, Acme, DomainName.Parse($"d{i % domains}.example"), i < delivered ? 1 : 0, i < delivered ? 0 : 1);
    }
}
