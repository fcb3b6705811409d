using System.Net.Http.Headers;
using System.Text.Json;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Clock;

/// <summary>A whole relay on a machine whose time of day jumps.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task A_jump_is_told_and_not_believed_and_its_end_is_told_too()
    {
        var machine = new Machine();
        await using var relay = await ReloadingRelay.StartAsync(machine, "127.0.0.1:0");
        using var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]);

        machine.Off = 3650 * Day;
        await SaidAsync(relay, "Warning: The machine's clock jumped 36");
        await client.SubmitAsync("ann@acme.test");

        Assert.InRange(relay.Host.Spool.NextId().AcceptedAt - TimeProvider.System.GetUtcNow(), -Day, Day);
        Assert.Contains("clock-jumped", await AlarmsAsync(relay));
        machine.Off = TimeSpan.Zero;
        await SaidAsync(relay, "Information: The machine's clock is right again");
        Assert.DoesNotContain("clock-jumped", await AlarmsAsync(relay));
        Assert.Equal(1, (await relay.Host.Spool.TotalsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    [Fact]
    public async Task Mail_accepted_by_a_clock_that_was_ahead_is_tried_at_once_after_a_restart_with_the_right_one()
    {
        await using var relay = await ReloadingRelay.StartAsync(new Machine { Off = 3650 * Day }, "127.0.0.1:0");
        using (var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]))
            await client.SubmitAsync("ann@acme.test");

        await relay.RestartAsync(TimeProvider.System);

        await SaidAsync(relay, "This spool was used by a clock that was ");
        await SaidAsync(relay, "by the clock, which was ahead");
        var told = relay.Lines.Count(line => line.Contains("This spool was used", StringComparison.Ordinal));
        await relay.RestartAsync(TimeProvider.System);
        Assert.Equal(told, relay.Lines.Count(line => line.Contains("This spool was used", StringComparison.Ordinal)));
        Assert.Equal(1, (await relay.Host.Spool.TotalsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    [Fact]
    public async Task After_a_restart_with_a_clock_that_is_ahead_nothing_expires_at_once()
    {
        await using var relay = await ReloadingRelay.StartAsync("127.0.0.1:0");
        using (var client = await SmtpConversation.OpenAsync(relay.Host.Submission.Addresses[0]))
            await client.SubmitAsync("ann@acme.test");

        await relay.RestartAsync(new Machine { Off = 3650 * Day });

        Assert.Equal(1, (await relay.Host.Spool.TotalsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    private static async Task SaidAsync(ReloadingRelay relay, string words)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!relay.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)))
        {
            try
            {
                await pause.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"never said: {words}\n{string.Join('\n', relay.Lines)}");
            }
        }
    }

    private static async Task<IReadOnlyList<string?>> AlarmsAsync(ReloadingRelay relay)
    {
        using var client = new HttpClient { BaseAddress = relay.Host.Api.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(relay.File)!, "data", "api.token"), TestContext.Current.CancellationToken)).Trim());
        var status = JsonDocument.Parse(await client.GetStringAsync("/api/v1/status", TestContext.Current.CancellationToken));
        return [.. status.RootElement.GetProperty("alarms").EnumerateArray().Select(alarm => alarm.GetProperty("id").GetString())];
    }

    /// <summary>The real clock, with a time of day that is off by what the test says.</summary>
    private sealed class Machine : TimeProvider
    {
        private long _off;

        public TimeSpan Off
        {
            get => TimeSpan.FromTicks(Interlocked.Read(ref _off));
            set => Interlocked.Exchange(ref _off, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Off;
    }
}
