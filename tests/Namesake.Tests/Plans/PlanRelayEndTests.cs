using System.Net;
using System.Text.Json;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Tests.Plans;

/// <summary>A relay that stops, or dies, while it carries a plan out; and one that lacks the rights for it.</summary>
public sealed class PlanRelayEndTests : IAsyncDisposable
{
    private readonly PlanRelay _relay = new();

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Fact]
    public async Task A_relay_that_stops_takes_back_what_it_is_at_and_the_next_one_tells()
    {
        await _relay.StartAsync();
        _relay.StopAt("after-1");
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        await _relay.BeginAsync(id, "apply");
        await _relay.WrittenAsync(1);

        var stopped = _relay.StopAsync();
        _relay.GoOn("after-1");
        await stopped;

        Assert.Equal("", _relay.Picture);
        await _relay.StartAsync();
        var told = (await _relay.GetAsync($"plans/{id}")).Json;
        Assert.Equal(("undone", JsonValueKind.Null), (told.GetProperty("summary").GetProperty("state").GetString(), told.GetProperty("work").ValueKind));
        Assert.Contains("interrupted", told.GetProperty("summary").GetProperty("undoneBecause").GetString(), StringComparison.Ordinal);
        await _relay.BeginAsync(id, "apply");
        Assert.Equal("applied", (await _relay.EndedAsync(id)).GetProperty("work").GetProperty("end").GetString());
    }

    [Fact]
    public async Task What_a_killed_relay_was_at_is_undone_by_the_timer()
    {
        var process = await _relay.StartProcessAsync();
        _relay.StopAt("after-1");
        var id = PlanRelay.IdOf(await _relay.PlanAsync());
        await _relay.BeginAsync(id, "apply");
        await _relay.WrittenAsync(1);

        process.Kill(); // SIGKILL
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _relay.GoOn("after-1");

        Assert.True(PlanId.TryParse(id, out var parsed));
        PlanHistory? history = null;
        await PlanRelay.UntilAsync("it is undone", async () => (history = await _relay.Store.FindAsync(parsed, TestContext.Current.CancellationToken)) is { State: PlanState.Undone, IsUnrecorded: false });
        Assert.Equal("", _relay.Picture);
        Assert.StartsWith("dead-man timer", history!.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_without_the_right_to_change_translation_names_the_command_that_does_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/setpriv") && Environment.IsPrivilegedProcess, "setpriv and root are needed to start a relay with fewer rights");
        await _relay.StartProcessAsync("/usr/bin/setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin");
        var at = new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero);
        var table = new TranslationTable([new Mapping(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("203.0.113.5"))]);
        var plan = new Plan
        {
            Id = PlanId.New(PlanKind.Nat, at, 1), Kind = PlanKind.Nat, Node = "relay1", MadeAt = at, Limits = new PlanLimits(),
            Steps = [new PlanStep("translation", [new TranslationChange { By = "edge", Reason = "a test", New = table }], false)],
        };
        await _relay.Store.KeepAsync(plan, TestContext.Current.CancellationToken);

        var refused = (await _relay.PostAsync($"plans/{plan.Id}/apply", "{}")).Problem(HttpStatusCode.Conflict, "needs-privilege");

        Assert.Contains($"namesake apply {plan.Id} --config {_relay.Config}", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
