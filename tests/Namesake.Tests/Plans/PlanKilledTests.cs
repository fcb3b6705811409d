using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Plans.Journal;

namespace Namesake.Tests.Plans;

/// <summary>SIGKILL where an apply doesn't write: before it begins, before its timer waits, while it looks, at its decision, and on the way back. What is found then is old or new, and says which.</summary>
public sealed class PlanKilledTests : IDisposable
{
    private readonly TcpListener _witness = new(IPAddress.Loopback, 0);
    private readonly PlanScene _scene;

    public PlanKilledTests()
    {
        _witness.Start(); // takes connections and says nothing
        _scene = new PlanScene(witnesses: $"[ {{ host: 127.0.0.1, port: {((IPEndPoint)_witness.LocalEndpoint).Port}, reflector: true }} ]");
    }

    public void Dispose()
    {
        _scene.Dispose();
        _witness.Dispose();
    }

    [Fact]
    public async Task Before_it_begins_nothing_has_happened()
    {
        _scene.StopAt("prove");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.ReachedAsync("prove");
        await KillAsync(apply);
        _scene.GoOn("prove");

        Assert.Equal(0, (await _scene.RunAsync("plans", "--json")).Code);

        Assert.Empty((await _scene.UntilAsync(history => history.State == PlanState.Planned)).Entries);
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.Equal(0, (await _scene.RunAsync("apply", _scene.PlanFile, "--yes")).Code); // nobody is in its way
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Begun_and_before_its_timer_waits_the_next_verb_undoes_it_or_the_timer_that_comes_after_all(bool byVerb)
    {
        _scene.StopAt("timer");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.ReachedAsync("timer");
        await KillAsync(apply);
        Assert.True(await _scene.Store.FindAsync(_scene.Plan.Id, TestContext.Current.CancellationToken) is { State: PlanState.Applying, IsWatched: false });

        if (byVerb)
            await _scene.RunAsync("plans");
        _scene.GoOn("timer");

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.DoesNotContain(history.Entries, entry => entry.Event == PlanEvent.Writing);
        Assert.Equal(!byVerb, history.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who.StartsWith("dead-man timer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)] // it tells the relay that it begins
    [InlineData(2)] // it has the relay close its connections
    public async Task While_it_speaks_with_the_relay_what_is_written_is_found_and_undone(int held)
    {
        File.WriteAllText(Path.Combine(_scene.Data, "api.token"), Base64Url.EncodeToString(new byte[32]));
        using var relay = new TcpListener(IPAddress.Loopback, _scene.Api.Port);
        relay.Start(); // the one that is held gets no answer
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        for (var number = 1; number < held; number++)
        {
            using var refused = await AskedAsync(relay);
            await refused.GetStream().ReadAtLeastAsync(new byte[4096], 1, cancellationToken: TestContext.Current.CancellationToken);
            await refused.GetStream().WriteAsync("HTTP/1.1 503 Not now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }
        using var asked = await AskedAsync(relay);
        Assert.Equal(held == 1, _scene.Before == _scene.Picture);
        await KillAsync(apply);
        relay.Stop();

        await _scene.RunAsync("plans");

        await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
    }

    [Fact]
    public async Task While_it_waits_for_the_servers_to_show_a_step_the_next_verb_undoes_what_is_written()
    {
        _scene.MadeToWait();
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.UntilAsync(history => history.Entries.Any(entry => entry.Event == PlanEvent.Written)); // nobody shows it, and it waits a minute
        await KillAsync(apply);
        Assert.NotEqual(_scene.Before, _scene.Picture);

        await _scene.RunAsync("plans");

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.DoesNotContain(history.Entries, entry => entry.Event == PlanEvent.Seen);
    }

    [Fact]
    public async Task While_it_looks_from_outside_the_timer_undoes_what_nobody_confirmed()
    {
        _scene.MadeForBoth();
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        using var asked = await AskedAsync(_witness);
        Assert.NotEqual(_scene.Before, _scene.Picture);
        await KillAsync(apply);

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.Contains("time was over", history.UndoneBecause!, StringComparison.Ordinal);
        Assert.DoesNotContain(history.Entries, entry => entry.Event == PlanEvent.Confirmed);
    }

    [Fact]
    public async Task Between_the_decision_and_the_registry_it_is_new_and_the_next_verb_says_so_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "it has no such pipes");
        _scene.MadeForBoth();
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        var asked = await AskedAsync(_witness);
        // Whoever reads the registry from here on stands still until somebody writes into the pipe, which nobody does.
        var registry = Path.Combine(_scene.Data, "plans", "registry.json");
        File.Delete(registry);
        using (var mkfifo = Process.Start("mkfifo", [registry]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        asked.Dispose();
        _witness.Stop();
        Assert.True((await _scene.UntilAsync(history => history.State == PlanState.Applied)).IsUnrecorded);

        await KillAsync(apply);
        File.Delete(registry);
        Assert.Equal(0, (await _scene.RunAsync("plans")).Code);

        Assert.False((await _scene.UntilAsync(history => history.State == PlanState.Applied)).IsUnrecorded);
        Assert.Equal(2, (await _scene.Store.RegistryAsync(TestContext.Current.CancellationToken)).Records.Length);
        Assert.NotEqual(_scene.Before, _scene.Picture);
    }

    [Theory]
    [InlineData("before-3")]
    [InlineData("after-3")]
    [InlineData("before-4")]
    [InlineData("after-4")]
    public async Task On_the_way_back_its_own_timer_goes_on(string place)
    {
        Assert.Equal(0, (await _scene.RunAsync("apply", _scene.PlanFile, "--yes")).Code);
        _scene.StopAt(place);
        var undo = _scene.Start("undo", _scene.Plan.Id.Value, "--yes", "--json");
        var number = place[^1] - '0';
        await _scene.UntilAsync(history => history.Entries.Count(entry => entry.Event == PlanEvent.Restoring) == number - 2);
        if (place.StartsWith("after", StringComparison.Ordinal))
            await _scene.WrittenAsync(number);
        await KillAsync(undo);
        _scene.GoOn(place);

        await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
    }

    [Fact]
    public async Task A_relay_that_finds_a_plan_it_cannot_undo_holds_its_sources_and_begins_all_the_same()
    {
        var now = DateTimeOffset.UtcNow;
        await _scene.Store.KeepAsync(_scene.Plan, TestContext.Current.CancellationToken);
        using (var hold = await _scene.Store.TakeAsync("ann", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken))
            foreach (var kind in new[] { PlanEvent.Begun, PlanEvent.Writing })
                await hold!.AppendAsync(_scene.Plan.Id, new PlanEntry(now.AddHours(-1), "ann", kind, "") { Changes = kind == PlanEvent.Writing ? [0] : [] });
        _scene.StopAt("read");
        _scene.Start("run");
        await _scene.ReachedAsync("read");
        var since = Stopwatch.GetTimestamp();

        await _scene.AnswersAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(50)); // one call alone may take 60
        Assert.Equal(1, await _scene.HeldAsync());
        _scene.GoOn("read");
        await _scene.UntilAsync(history => history.State == PlanState.Undone);
        Assert.Equal(0, await _scene.HeldAsync());
    }

    private static async Task<TcpClient> AskedAsync(TcpListener listener) =>
        await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task KillAsync(Process process)
    {
        process.Kill(); // SIGKILL
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
