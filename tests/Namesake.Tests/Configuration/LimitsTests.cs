using System.Globalization;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>What a brand may hand in, over real sockets into a real spool.</summary>
public sealed class LimitsTests
{
    private const string From = "ann@acme.test";

    [Fact]
    public async Task A_days_messages_are_counted_when_accepted_and_not_before_and_stay_counted_over_a_restart()
    {
        await using var relay = await LimitedAsync("dailyMessages: 2");
        using (var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]))
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);
                Assert.StartsWith("250", await client.SayAsync("RSET"), StringComparison.Ordinal);
            }
            await client.SubmitAsync(From);
            await client.SubmitAsync(From);

            await RefusedAsync(client, "452 4.7.1 Brand acme may hand in 2 messages a day");
        }
        await relay.Host.DisposeAsync();
        await using var again = new RelayHost(new ConfigurationReader().Read(relay.File).Configuration!, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await again.StartAsync(TestContext.Current.CancellationToken);

        using var later = await SmtpConversation.OpenAsync(again.Submission.Addresses[0]);

        await RefusedAsync(later, "452 4.7.1");
    }

    [Fact]
    public async Task Two_sessions_share_what_is_left()
    {
        await using var relay = await LimitedAsync("dailyMessages: 1");
        using var one = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);
        using var two = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);

        Assert.StartsWith("250", await one.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);
        await RefusedAsync(two, "452 4.7.1");
        Assert.StartsWith("250", await one.SayAsync("RSET"), StringComparison.Ordinal);

        await two.SubmitAsync(From);
    }

    [Fact]
    public async Task A_rate_refuses_for_a_while_and_says_for_how_long()
    {
        await using var relay = await LimitedAsync("messagesPerMinute: 1");
        using var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);
        await client.SubmitAsync(From);

        await RefusedAsync(client, "451 4.7.1 Brand acme may hand in 1 messages a minute; the next one in ");
    }

    [Fact]
    public async Task Recipients_beyond_a_messages_share_go_into_another_message_and_beyond_the_days_wait_for_tomorrow()
    {
        await using var relay = await LimitedAsync("mostRecipients: 2, dailyRecipients: 3");
        using var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<r1@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<r2@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("452 4.5.3", await client.SayAsync("RCPT TO:<r3@example.org>"), StringComparison.Ordinal);
        await SendContentAsync(client);

        await client.SubmitAsync(From);

        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);
        Assert.StartsWith("452 4.7.1", await client.SayAsync("RCPT TO:<r4@example.org>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_too_large_is_refused_by_what_it_says_and_by_what_it_is()
    {
        await using var relay = await LimitedAsync("largestMessage: 1 KiB, dailyMessages: 1");
        using var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);
        Assert.StartsWith("552 5.3.4", await client.SayAsync($"MAIL FROM:<{From}> SIZE=1025"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<{From}> SIZE=1024"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        var lines = string.Concat(Enumerable.Repeat("sixteen letters.\r\n", 100));
        Assert.StartsWith("552 5.3.4", await client.SayAsync($"From: <{From}>\r\n\r\n{lines}."), StringComparison.Ordinal);

        await client.SubmitAsync(From); // what was refused took nothing of the day
    }

    [Fact]
    public async Task Limits_of_reseller_sender_and_client_are_read_and_refuse_in_their_names()
    {
        await using var relay = await ReloadingRelay.StartAsync("127.0.0.1:0");
        var text = await File.ReadAllTextAsync(relay.File, TestContext.Current.CancellationToken);
        using (var client = await AfterAsync("sources: [acme-v4], senderLimits: { dailyMessages: 1 } }", text))
        {
            await client.SubmitAsync(From);
            await RefusedAsync(client, "452 4.7.1 Sender ann@acme.test may hand in 1 messages a day");
        }
        using (var client = await AfterAsync("sources: [acme-v4], reseller: north }", text + "\nresellers:\n  - { id: north, limits: { dailyMessages: 1 } }\n"))
        {
            await client.SubmitAsync(From);
            await RefusedAsync(client, "452 4.7.1 Reseller north may hand in 1 messages a day");
        }
        using (var client = await AfterAsync("sources: [acme-v4] }", text + "\nclients:\n  - { range: 127.0.0.0/8, brand: acme, limits: { dailyMessages: 1 } }\n"))
        {
            await client.SubmitAsync(From);
            await RefusedAsync(client, "452 4.7.1 Client 127.0.0.1 may hand in 1 messages a day");
        }

        Task<SmtpConversation> AfterAsync(string brand, string file) => ReloadedAsync(relay, file.Replace("sources: [acme-v4] }", brand, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sender ann@acme.test", "sources: [acme-v4] }", "sources: [acme-v4], senderLimits: { largestMessage: 1 KiB, mostRecipients: 2 } }")]
    [InlineData("Client 127.0.0.1", "relayFrom: [\"127.0.0.0/8\"] }", "relayFrom: [\"127.0.0.0/8\"], clientLimits: { largestMessage: 1 KiB, mostRecipients: 2 } }")]
    [InlineData("Client 127.0.0.1", "brands:", "clients: [ { range: 127.0.0.0/8, brand: acme, limits: { largestMessage: 1 KiB, mostRecipients: 2 } } ]\nbrands:")]
    public async Task Senders_and_clients_have_limits_of_one_message_too(string whose, string before, string with)
    {
        await using var relay = await ReloadingRelay.StartAsync("127.0.0.1:0");
        var text = await File.ReadAllTextAsync(relay.File, TestContext.Current.CancellationToken);
        using var client = await ReloadedAsync(relay, text.Replace(before, with, StringComparison.Ordinal));

        Assert.StartsWith($"552 5.3.4 {whose} may hand in messages of 1024 bytes at most", await client.SayAsync($"MAIL FROM:<{From}> SIZE=1025"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<r1@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<r2@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith($"452 4.5.3 {whose} may name 2 recipients in one message", await client.SayAsync("RCPT TO:<r3@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("552 5.3.4", await client.SayAsync($"From: <{From}>\r\n\r\n{string.Concat(Enumerable.Repeat("sixteen letters.\r\n", 100))}."), StringComparison.Ordinal);
        await client.SubmitAsync(From);
    }

    [Fact]
    public void A_listener_has_ten_thousand_sessions_and_two_hundred_of_one_client_unless_it_says_otherwise()
    {
        var listener = Assert.Single(ConfigurationText.Good(ConfigurationText.Small).Relay.Listeners);
        Assert.Equal((10_000, 200), (listener.MaximumConnections, listener.MaximumConnectionsPerClient));
    }

    [Fact]
    public void A_brand_of_a_reseller_who_is_not_there_is_an_error_with_a_hint() =>
        Assert.Contains(ConfigurationText.Read("brands:\n  - id: acme\n    reseller: noth\nresellers:\n  - id: north\n").Problems,
            problem => problem.IsError && problem.Place?.Line == 3 && problem.Text.Contains("there is no reseller \"noth\"; did you mean \"north\"?", StringComparison.Ordinal));

    [Theory]
    [InlineData("mode: freezing")]
    [InlineData("hourlyRecipients: 9")]
    [InlineData("factor: 0")]
    [InlineData("refusedPercent: 101")]
    public void Anomalies_nobody_can_mean_are_errors_at_their_place(string rule) =>
        Assert.All(new[] { $"anomalies:\n  {rule}\n", $"brands:\n  - anomalies:\n      {rule}\n" }, text =>
            Assert.Contains(ConfigurationText.Read(text).Problems, problem => problem.IsError && problem.Text.Contains($"anomalies: {rule.Split(':')[0]}", StringComparison.Ordinal)));

    [Theory]
    [InlineData("dailyMessages: 0")]
    [InlineData("mostRecipients: 10001")]
    [InlineData("largestMessage: 12 parsecs")]
    public void Limits_nobody_can_mean_are_errors_at_their_place(string limits)
    {
        var text = $"brands:\n  - id: acme\n    limits: {{ {limits} }}\n";
        Assert.Contains(ConfigurationText.Read(text).Problems, problem => problem.IsError && problem.Place?.Line == 3 && problem.Text.Contains(limits.Split(':')[0], StringComparison.Ordinal));
    }

    private static async Task<SmtpConversation> ReloadedAsync(ReloadingRelay relay, string text)
    {
        await File.WriteAllTextAsync(relay.File, text, TestContext.Current.CancellationToken);
        Assert.Null((await relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Refusal);
        return await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);
    }

    private static async Task<ReloadingRelay> LimitedAsync(string limits)
    {
        var relay = await ReloadingRelay.StartAsync("127.0.0.1:0");
        const string Before = "sources: [acme-v4] }";
        var text = await File.ReadAllTextAsync(relay.File, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(relay.File, text.Replace(Before, string.Create(CultureInfo.InvariantCulture, $"sources: [acme-v4], limits: {{ {limits} }} }}"), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await relay.Host.ReloadAsync(TestContext.Current.CancellationToken);
        return relay;
    }

    private static async Task RefusedAsync(SmtpConversation client, string reply) =>
        Assert.StartsWith(reply, await client.SayAsync($"MAIL FROM:<{From}>"), StringComparison.Ordinal);

    private static async Task SendContentAsync(SmtpConversation client)
    {
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"From: <{From}>\r\n\r\nHello.\r\n."), StringComparison.Ordinal);
    }
}
