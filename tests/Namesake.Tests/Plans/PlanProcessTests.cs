using System.Diagnostics;
using System.Text.Json;
using Namesake.Core.Plans.Journal;

namespace Namesake.Tests.Plans;

/// <summary>Plans applied by the program as it is, and killed in the middle.</summary>
public sealed class PlanProcessTests : IDisposable
{
    private readonly PlanScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_plan_is_shown_applied_listed_verified_and_undone_from_the_configuration_alone()
    {
        var shown = await _scene.RunAsync("show", _scene.PlanFile);
        Assert.Equal((0, true), (shown.Code, shown.Output.Contains("+ 127.0.0.1 (TTL 300)", StringComparison.Ordinal)));
        Assert.Equal(64, (await _scene.RunAsync("apply", _scene.PlanFile)).Code); // nobody to be asked

        var applied = await _scene.RunAsync("apply", _scene.PlanFile, "--yes");
        Assert.True(applied.Code == 0, applied.Output + applied.Error);
        Assert.Contains("Applied and confirmed", applied.Output, StringComparison.Ordinal);
        Assert.Contains("dead-man timer waits", (await _scene.RunAsync("plans", "show", _scene.Plan.Id.Value)).Output, StringComparison.Ordinal);

        using var list = JsonDocument.Parse((await _scene.RunAsync("plans", "--json")).Output);
        Assert.Equal("applied", list.RootElement[0].GetProperty("state").GetString());
        Assert.Equal(0, (await _scene.RunAsync("verify", _scene.Plan.Id.Value)).Code);

        var undone = await _scene.RunAsync("undo", _scene.Plan.Id.Value, "--yes", "--json");
        using var document = JsonDocument.Parse(undone.Output);
        Assert.Equal((0, "undone"), (undone.Code, document.RootElement.GetProperty("end").GetString()));
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.Equal(1, (await _scene.RunAsync("verify", _scene.Plan.Id.Value)).Code);
        Assert.Equal(1, (await _scene.RunAsync("undo", "dns-no-such-plan", "--yes")).Code);
    }

    [Theory]
    [InlineData("before-1")]
    [InlineData("after-1")]
    [InlineData("before-2")]
    [InlineData("after-2")]
    public async Task Killed_in_the_middle_of_a_write_the_timer_undoes_it_with_nobody_else_alive(string place)
    {
        _scene.StopAt(place);
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        var number = place[^1] - '0';
        await _scene.UntilAsync(history => history.Entries.Count(entry => entry.Event == PlanEvent.Writing) == number);
        if (place.StartsWith("after", StringComparison.Ordinal))
            await _scene.WrittenAsync(number);

        apply.Kill(); // SIGKILL
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        _scene.GoOn(place);

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone && !history.IsUnrecorded);
        Assert.Equal(_scene.Before, _scene.Picture);
        Assert.StartsWith("dead-man timer", history.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who, StringComparison.Ordinal);
        Assert.Contains("time was over", history.UndoneBecause!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_plan_verb_undoes_at_once_what_a_dead_process_and_a_dead_timer_left()
    {
        _scene.StopAt("after-2");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.WrittenAsync(2);
        var watching = await _scene.UntilAsync(history => history.IsWatched);
        apply.Kill();
        // As after a power cut: the timer is gone too.
        Process.GetProcessById(PlanScene.TimerOf(watching)).Kill();
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        _scene.GoOn("after-2");

        var (code, output, error) = await _scene.RunAsync("plans", "--json");

        Assert.Equal(0, code);
        Assert.Contains("\"undone\"", output, StringComparison.Ordinal);
        Assert.Contains("ended before it was confirmed", error, StringComparison.Ordinal);
        Assert.Equal(_scene.Before, _scene.Picture);
    }

    [Fact]
    public async Task The_relay_undoes_a_broken_off_plan_before_it_takes_mail()
    {
        _scene.StopAt("after-2");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.WrittenAsync(2);
        var watching = await _scene.UntilAsync(history => history.IsWatched);
        apply.Kill();
        Process.GetProcessById(PlanScene.TimerOf(watching)).Kill();
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        _scene.GoOn("after-2");

        var relay = _scene.Start("run");
        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone);

        Assert.Equal("relay", history.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who);
        Assert.Equal(_scene.Before, _scene.Picture);
    }

    [Fact]
    public async Task A_running_relay_finds_a_plan_that_nobody_told_it_of()
    {
        _scene.Start("run");
        await _scene.AnswersAsync();
        await _scene.Store.KeepAsync(_scene.Plan, TestContext.Current.CancellationToken);
        using (var hold = await _scene.Store.TakeAsync("ann", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken))
            await hold!.AppendAsync(_scene.Plan.Id, new PlanEntry(DateTimeOffset.UnixEpoch, "ann", PlanEvent.Begun, ""));

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone);

        Assert.Equal("relay", history.Entries.Last(entry => entry.Event == PlanEvent.Undone).Who);
    }

    [Fact]
    public async Task A_running_relay_holds_the_sources_that_a_plan_touches_and_no_others_until_it_is_decided_and_is_told_to_close_its_connections()
    {
        _scene.MadeForBoth();
        var relay = _scene.Start("run");
        await _scene.AnswersAsync();
        Assert.Equal(0, await _scene.HeldAsync());
        _scene.StopAt("after-1");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.WrittenAsync(1);

        Assert.Equal(1, await _scene.HeldAsync());
        _scene.GoOn("after-1");
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), (apply.ExitCode, await _scene.HeldAsync()));
        var history = await _scene.UntilAsync(history => history.State == PlanState.Applied);
        Assert.Contains(history.Entries, entry => entry.Event == PlanEvent.Drained && entry.Text.Contains("new connections", StringComparison.Ordinal));
        Assert.False(relay.HasExited);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_takes_back_what_is_written(string signal)
    {
        _scene.StopAt("after-1");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.WrittenAsync(1);
        using (var kill = Process.Start("kill", [$"-{signal}", apply.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        _scene.GoOn("after-1");

        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);

        var history = await _scene.UntilAsync(history => history.State == PlanState.Undone);
        Assert.Equal((1, _scene.Before), (apply.ExitCode, _scene.Picture));
        Assert.Contains("interrupted", history.UndoneBecause!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timer_lives_on_when_its_whole_session_is_hung_up_and_ends_with_the_decision()
    {
        _scene.StopAt("after-1");
        var apply = _scene.Start("apply", _scene.PlanFile, "--yes", "--json");
        await _scene.WrittenAsync(1);
        var timer = Process.GetProcessById(PlanScene.TimerOf(await _scene.UntilAsync(history => history.IsWatched)));
        using (var kill = Process.Start("kill", ["-HUP", timer.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(timer.Id, SessionOf(timer.Id));
        Assert.False(timer.HasExited);
        _scene.GoOn("after-1");

        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, apply.ExitCode);
        await timer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(PlanState.Applied, (await _scene.UntilAsync(history => !history.IsInHand)).State);
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_left_by_word_and_the_plan_is_at_its_end()
    {
        await _scene.StickAsync();
        Assert.Equal(2, (await _scene.RunAsync("undo", _scene.Plan.Id.Value, "--yes")).Code);

        var left = await _scene.RunAsync("undo", _scene.Plan.Id.Value, "--yes", "--leave", "--json");

        Assert.Equal(1, left.Code);
        Assert.Contains("\"undoneInPart\"", left.Output, StringComparison.Ordinal);
        var history = await _scene.UntilAsync(history => !history.IsInHand);
        Assert.Equal(PlanState.UndoneInPart, history.State);
        Assert.Contains("there is no DNS provider gone", Assert.Single(history.Entries, entry => entry.Event == PlanEvent.Left).Text, StringComparison.Ordinal);
    }

    // The sixth field of /proc/PID/stat, behind the name in brackets.
    private static int SessionOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture);
    }
}
