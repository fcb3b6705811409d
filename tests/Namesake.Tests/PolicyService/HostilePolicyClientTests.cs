using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Namesake.PolicyService;

namespace Namesake.Tests.PolicyService;

/// <summary>Whoever reaches the socket and isn't Postfix, and Postfix on a bad day.</summary>
public sealed class HostilePolicyClientTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hundred_at_once_with_one_client_make_one_look(bool overTcp)
    {
        await using var service = new PolicyFixture(overTcp: overTcp);
        service.Dns.Identity(Address, Name);
        var asked = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        service.Dns.Before = _ =>
        {
            asked.TrySetResult();
            return hold.Task;
        };

        var answers = Enumerable.Range(0, 200).Select(_ => service.AskAsync(Address, Name)).ToList();
        await asked.Task;
        await UntilAsync(() => service.Server.OpenConnections == 200);
        hold.SetResult();

        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal("DUNNO", answer));
        Assert.Equal(2, service.Dns.Questions);
    }

    [Fact]
    public async Task A_line_without_end_is_cut_off()
    {
        await using var service = new PolicyFixture();
        await using var client = await service.ConnectAsync();
        await SendAsMuchAsItTakesAsync(client, new string('a', 1000), 1000);

        Assert.Null(await client.AnswerAsync());
        await GoesOnAsync(service, "a line of more than 4096 octets");
    }

    [Fact]
    public async Task Ten_thousand_attributes_are_cut_off()
    {
        await using var service = new PolicyFixture();
        await using var client = await service.ConnectAsync();
        await SendAsMuchAsItTakesAsync(client, string.Concat(Enumerable.Repeat("some_name=some value\n", 100)), 100);

        Assert.Null(await client.AnswerAsync());
        await GoesOnAsync(service, "more than 100 attributes");
    }

    [Fact]
    public async Task A_browser_is_cut_off()
    {
        await using var service = new PolicyFixture(overTcp: true);
        await using var client = await service.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Null(await client.AnswerAsync());
        await GoesOnAsync(service, "a line that is no name=value");
    }

    [Fact]
    public async Task What_was_asked_before_the_nonsense_is_still_answered()
    {
        await using var service = new PolicyFixture();
        service.Dns.Identity(Address, Name);
        await using var client = await service.ConnectAsync();
        await client.SendAsync(PolicyClient.Request(Address, Name) + "nonsense\n");

        Assert.Equal("DUNNO", await client.AnswerAsync());
        Assert.Null(await client.AnswerAsync());
    }

    [Fact]
    public async Task Requests_sent_without_waiting_are_answered_in_order()
    {
        await using var service = new PolicyFixture();
        service.Dns.Identity(Address, Name);
        await using var client = await service.ConnectAsync();
        await client.SendAsync(PolicyClient.Request(Address, Name) + PolicyClient.Request("203.0.113.6", Name) + PolicyClient.Request(Address, Name));

        Assert.Equal("DUNNO", await client.AnswerAsync());
        Assert.StartsWith("550 5.7.25 203.0.113.6 ", await client.AnswerAsync(), StringComparison.Ordinal);
        Assert.Equal("DUNNO", await client.AnswerAsync());
    }

    [Fact]
    public async Task A_client_that_goes_in_the_middle_of_a_request_or_of_its_look_leaves_nothing_behind()
    {
        await using var service = new PolicyFixture();
        await using (var client = await service.ConnectAsync())
            await client.SendAsync("request=smtpd_access_policy\nclient_addr");
        await UntilAsync(() => service.Server.OpenConnections == 0);

        var asked = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        service.Dns.Before = _ =>
        {
            asked.TrySetResult();
            return hold.Task;
        };
        await using (var client = await service.ConnectAsync())
        {
            await client.SendAsync(PolicyClient.Request(Address, Name));
            await asked.Task;
        }
        hold.SetResult();
        await UntilAsync(() => service.Server.OpenConnections == 0);
        await GoesOnAsync(service);
    }

    [Fact]
    public async Task A_request_that_is_not_complete_in_time_is_cut_off_and_an_idle_connection_later()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-26T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var service = new PolicyFixture(clock: clock);
        await using var idle = await service.ConnectAsync();
        await using var slow = await service.ConnectAsync();
        Assert.StartsWith("550", await idle.AskAsync(PolicyClient.Request(Address, Name)), StringComparison.Ordinal);
        Assert.StartsWith("550", await slow.AskAsync(PolicyClient.Request(Address, Name)), StringComparison.Ordinal);

        await slow.SendAsync("request=smtpd_access_policy\n");
        var slowEnds = slow.AnswerAsync();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return slowEnds.IsCompleted;
        });
        Assert.Null(await slowEnds);
        Assert.Contains("not complete", Assert.Single(service.Log.At(LogLevel.Warning)), StringComparison.Ordinal);

        var idleEnds = idle.AnswerAsync();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return idleEnds.IsCompleted;
        });
        Assert.Null(await idleEnds);
        Assert.Single(service.Log.At(LogLevel.Warning)); // idling is nothing to complain of
    }

    [Fact]
    public async Task Connections_above_the_limit_are_closed_at_once_and_complained_of_once()
    {
        await using var service = new PolicyFixture(limits: new PolicyLimits { Connections = 3 });
        service.Dns.Identity(Address, Name);
        var clients = new List<PolicyClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await service.ConnectAsync());
            Assert.Equal("DUNNO", await clients[i].AskAsync(PolicyClient.Request(Address, Name)));
        }

        for (var i = 0; i < 5; i++)
        {
            await using var more = await service.ConnectAsync();
            Assert.Null(await more.AnswerAsync());
        }

        Assert.Single(service.Log.At(LogLevel.Warning));
        await clients[0].DisposeAsync();
        await UntilAsync(() => service.Server.OpenConnections == 2);
        Assert.Equal("DUNNO", await service.AskAsync(Address, Name));
    }

    [Fact]
    public async Task A_stop_answers_what_is_being_judged_and_closes_what_idles()
    {
        await using var service = new PolicyFixture();
        service.Dns.Identity(Address, Name);
        var asked = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        await using var idle = await service.ConnectAsync();
        service.Dns.Before = _ =>
        {
            asked.TrySetResult();
            return hold.Task;
        };
        await using var busy = await service.ConnectAsync();
        var answer = busy.AskAsync(PolicyClient.Request(Address, Name));
        await asked.Task;

        var stopping = service.Server.StopAsync();
        Assert.Null(await idle.AnswerAsync());
        Assert.False(File.Exists(service.SocketPath));
        hold.SetResult();

        Assert.Equal("DUNNO", await answer);
        await stopping;
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_DNS_that_never_answers()
    {
        await using var service = new PolicyFixture(limits: new PolicyLimits { Grace = TimeSpan.FromMilliseconds(100) });
        var asked = new TaskCompletionSource();
        service.Dns.Before = _ =>
        {
            asked.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await using var client = await service.ConnectAsync();
        await client.SendAsync(PolicyClient.Request(Address, Name));
        await asked.Task;

        await service.Server.StopAsync();

        Assert.Null(await client.AnswerAsync());
    }

    private static async Task GoesOnAsync(PolicyFixture service, string? complaint = null)
    {
        service.Dns.Identity("203.0.113.200", "fine.example");
        Assert.Equal("DUNNO", await service.AskAsync("203.0.113.200", "fine.example"));
        Assert.Empty(service.Log.At(LogLevel.Error));
        if (complaint is not null)
            Assert.Contains(complaint, Assert.Single(service.Log.At(LogLevel.Warning)), StringComparison.Ordinal);
    }

    private static async Task SendAsMuchAsItTakesAsync(PolicyClient client, string octets, int times)
    {
        try
        {
            for (var i = 0; i < times; i++)
                await client.SendAsync(octets);
        }
        catch (IOException)
        {
            // It closed the connection already: that is what is asked for.
        }
    }

    private static async Task UntilAsync(Func<bool> fact)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!fact())
            await pause.WaitForNextTickAsync(deadline.Token);
    }
}
