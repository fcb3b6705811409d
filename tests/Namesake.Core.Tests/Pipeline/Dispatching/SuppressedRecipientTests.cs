using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>What receivers say makes the list, and the list returns mail instead of sending it.</summary>
public sealed class SuppressedRecipientTests
{
    private const string Unknown = "550 5.1.1 No such user here";
    private static readonly Mailbox Bob = Mailbox.Parse("bob@sink.test"), Carl = Mailbox.Parse("carl@sink.test");
    private static readonly BrandId Acme = new("acme");

    [Fact]
    public async Task Two_messages_refused_on_different_days_suppress_and_the_third_is_returned_with_the_reason()
    {
        await using var world = await StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        sink.Says = (_, command) => command.StartsWith("RCPT TO:<bob", StringComparison.Ordinal) ? Unknown : null;
        await RefuseTwiceAsync(world);
        Assert.Equal(2, own.Arrivals.Count); // each sender was told what the receiver said

        var attempts = sink.Connections;
        var id = await world.AcceptAsync("bob@sink.test");
        await world.UntilAsync(() => own.Arrivals.Count == 3);
        await world.IdleAsync();

        Assert.Equal(attempts, sink.Connections);
        var report = own.Arrivals[2].Text.ReplaceLineEndings("\n");
        Assert.Contains("bob@sink.test is suppressed for acme since", report, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1 No such user", report.Replace("\n      ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("namesake suppressions remove bob@sink.test --brand", report.Replace("\n      ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Status: 5.1.1", report, StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"suppressed\"", Assert.Single((await world.View.MessageAsync(id, CancellationToken.None))!.Events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_suppressed_recipient_of_a_message_is_returned_and_the_others_get_theirs()
    {
        await using var world = await StartAsync();
        var (sink, own) = (world.Receive("sink.test"), world.Receive("acme.test"));
        await world.Suppressions.AddAsync(Acme, Bob, "asked us by telephone", "anna", null);

        var id = await world.AcceptAsync("Bob@sink.test,carl@sink.test,bob@sink.test");
        await world.UntilAsync(() => own.Arrivals.Count == 1 && sink.Arrivals.Count == 1);
        await world.IdleAsync();

        Assert.Equal(["carl@sink.test"], sink.Arrivals[0].Recipients);
        Assert.Contains("asked us by telephone", own.Arrivals[0].Text.ReplaceLineEndings("\n").Replace("\n      ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Status: 5.7.1", own.Arrivals[0].Text, StringComparison.Ordinal);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Theory]
    [InlineData("550 5.7.25 no PTR record for [127.0.0.5]")]
    [InlineData("554 5.7.1 blocked using zen.spamhaus.org")]
    [InlineData("550 5.7.26 DMARC failed")]
    [InlineData("552 5.2.2 mailbox full")]
    public async Task Other_refusals_never_suppress(string reply)
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? reply : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.False(world.Suppressions.IsKnown(Acme, Bob));
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task A_refusal_of_the_whole_message_counts_for_none_of_its_recipients(string at)
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith(at, StringComparison.Ordinal) ? Unknown : null;
        await world.AcceptAsync("bob@sink.test,carl@sink.test");
        await world.IdleAsync();
        Assert.False(world.Suppressions.IsKnown(Acme, Bob));
        Assert.False(world.Suppressions.IsKnown(Acme, Carl));
    }

    [Theory]
    [InlineData("bob@sink.test")]
    [InlineData("bob@sink.test,carl@sink.test")]
    public async Task A_refusal_at_the_final_dot_counts_for_the_only_one_who_was_accepted(string recipients)
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command == "." ? Unknown : command.StartsWith("RCPT TO:<carl", StringComparison.Ordinal) ? "550 5.7.1 not from you" : null;
        await world.AcceptAsync(recipients);
        await world.IdleAsync();
        Assert.True(world.Suppressions.IsKnown(Acme, Bob));
        Assert.False(world.Suppressions.IsKnown(Acme, Carl));
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task What_is_said_before_and_behind_RCPT_counts_not_even_for_one(string at)
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith(at, StringComparison.Ordinal) ? Unknown : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.False(world.Suppressions.IsKnown(Acme, Bob));
    }

    [Fact]
    public async Task Where_the_brand_does_not_want_it_nothing_is_counted()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? Unknown : null;
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
        Assert.False(world.Suppressions.IsKnown(Acme, Bob));
    }

    [Fact]
    public async Task A_message_that_is_taken_in_between_ends_the_counting()
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        var refuses = true;
        sink.Says = (_, command) => refuses && command.StartsWith("RCPT", StringComparison.Ordinal) ? Unknown : null;
        await SendAsync(world);
        world.Time.Advance(TimeSpan.FromHours(49));
        refuses = false;
        await SendAsync(world);
        Assert.False(world.Suppressions.IsKnown(Acme, Bob));
        refuses = true;
        await SendAsync(world);
        Assert.Equal(0, world.Suppressions.Count);
    }

    [Fact]
    public async Task What_is_known_is_known_after_a_restart_and_what_is_lifted_is_sent()
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (_, command) => command.StartsWith("RCPT", StringComparison.Ordinal) ? Unknown : null;
        await RefuseTwiceAsync(world);
        await world.StopAsync();
        await world.OpenAsync();
        sink.Says = (_, _) => null;
        Assert.NotNull(await world.Suppressions.FindAsync(Acme, Bob, CancellationToken.None));

        await SendAsync(world);
        Assert.Empty(sink.Arrivals);
        Assert.NotNull(await world.Suppressions.RemoveAsync(Acme, Bob, "anna"));
        await SendAsync(world);
        Assert.Single(sink.Arrivals);
    }

    [Fact]
    public async Task After_its_time_a_message_is_tried_again()
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        await world.Suppressions.AddAsync(Acme, Bob, "until the move is over", "anna", world.Time.GetUtcNow().AddHours(1));
        await SendAsync(world);
        Assert.Empty(sink.Arrivals);
        world.Time.Advance(TimeSpan.FromHours(1));
        await SendAsync(world);
        Assert.Single(sink.Arrivals);
    }

    [Fact]
    public async Task Bounces_of_others_are_sent_for_nobody_could_be_told()
    {
        await using var world = await StartAsync();
        var sink = world.Receive("sink.test");
        await world.Suppressions.AddAsync(Acme, Bob, "asked us", "anna", null);
        await world.AcceptAsync("bob@sink.test", from: null);
        await world.IdleAsync();
        Assert.Single(sink.Arrivals);
    }

    [Fact]
    public async Task A_list_that_can_not_be_read_suppresses_nobody()
    {
        await using var world = await StartAsync();
        var store = new BrokenStore();
        using var suppressions = new Suppressions(() => world.Model.Brands, store, world.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await suppressions.AddAsync(Acme, Bob, "asked us", "anna", null);
        Assert.NotNull(await suppressions.FindAsync(Acme, Bob, CancellationToken.None));
        store.Trouble = new SpoolUnavailableException("disk full");
        Assert.Null(await suppressions.FindAsync(Acme, Bob, CancellationToken.None));
        await suppressions.TakenAsync(Acme, Bob); // and what it hears harms nobody
        store.Trouble = null;
        Assert.NotNull(await suppressions.FindAsync(Acme, Bob, CancellationToken.None));
    }

    [Fact]
    public async Task Explain_says_that_it_would_be_refused_and_what_would_change_it()
    {
        await using var world = await StartAsync();
        world.Receive("sink.test");
        await world.Suppressions.AddAsync(Acme, Bob, "asked us by telephone", "anna", null);
        var told = await world.Dispatcher.ExplainAsync(Mailbox.Parse("ann@acme.test"), Bob, new ExplainOrigin(null, null), CancellationToken.None);
        Assert.Equal(ExplainedFate.Refused, told.Fate);
        Assert.Contains("550 5.7.1 at RCPT TO", told.Outcome, StringComparison.Ordinal);
        Assert.Contains("namesake suppressions remove bob@sink.test --brand acme", told.Remedy, StringComparison.Ordinal);
        Assert.NotEqual(ExplainedFate.Refused, (await world.Dispatcher.ExplainAsync(Mailbox.Parse("ann@acme.test"), Carl, new ExplainOrigin(null, null), CancellationToken.None)).Fate);
    }

    private static Task<World> StartAsync() => World.StartAsync(model => model with
    {
        Brands = new BrandDirectory(model.Brands.All.Select(brand => brand with { Suppression = new SuppressionRules { Mode = SuppressionMode.On } })),
    });

    private static async Task SendAsync(World world)
    {
        await world.AcceptAsync("bob@sink.test");
        await world.IdleAsync();
    }

    private static async Task RefuseTwiceAsync(World world)
    {
        await SendAsync(world);
        Assert.Equal(0, world.Suppressions.Count);
        world.Time.Advance(TimeSpan.FromHours(49));
        await SendAsync(world);
        Assert.Equal(1, world.Suppressions.Count);
    }
}
