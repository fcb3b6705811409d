using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A plan that is broken off, contradicted or overtaken: what is in DNS is as before or as planned, and never what somebody else has written is touched.</summary>
public sealed class FaultsOfPlans(LabFixture lab) : PlanTest(lab)
{
    private const string Quick = "undoAfter: 10s, seenWithin: 3s";

    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;

    [Fact]
    public async Task Killed_after_its_first_step_everything_is_put_back_by_the_timer_with_nobody_else_alive()
    {
        var (before, plan) = await BrokenAsync();
        await using var apply = await FirstStepWrittenAsync(plan);

        await apply.KillAsync();

        Assert.NotEqual(before, await Lab.Authority.ContentsAsync());
        await Eventually.TrueAsync("the timer has undone it", () => JournalOf(plan).Any(line => line.Contains("\"event\":\"undone\"", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), () => string.Join('\n', JournalOf(plan)));
        Assert.Equal(before, await Lab.Authority.ContentsAsync());
        Assert.Contains("dead-man timer", JournalOf(plan).Last(line => line.Contains("\"event\":\"undone\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("undone", await TypeAsync(0, "plans"), StringComparison.Ordinal);
        Assert.Contains("dead-man timer", await TypeAsync(0, "plans", "show", plan.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_name_server_is_down_a_relay_that_starts_sends_by_what_the_plan_does_not_touch_and_undoes_it_when_the_server_is_back()
    {
        await Lab.Authority.SetAsync(Acme.Ehlo, "AAAA");
        await Lab.Authority.RemovePointerAsync(Acme.V6);
        await PrepareRelayAsync(new RelayConfiguration { Brands = [Acme, Bravo], WithV6 = true, More = Provider(times: Quick), TryTimeout = "10s" });
        var before = await Lab.Authority.ContentsAsync();
        var plan = await PlanAsync("plan", "dns", "--source", "acme-v4", "--source", "acme-v6");
        await using var apply = await FirstStepWrittenAsync(plan);
        await Lab.Authority.Primary.KillAsync();
        await apply.KillAsync();

        await Relay.StartAsync();
        await Eventually.TrueAsync("the relay says that it can't be taken back yet", () => Relay.Log.Contains($"Plan {plan.Id} was broken off", StringComparison.Ordinal), TimeSpan.FromSeconds(60), () => Relay.Log);
        // The secondary answers for everybody: a brand that the plan isn't about goes on, and so does the brand's other source, which it doesn't touch.
        await ArrivesOnceAsItselfAsync(await SubmitAsync([Letter.Of(Bravo, LabReceivers.Echo)]));
        await ArrivesOnceAsItselfAsync(await SubmitAsync([Letter.Of(Acme, LabReceivers.Echo)]));
        await TypeAsync("queue");

        Lab.Authority.Primary.Speak();

        await Eventually.TrueAsync("the plan is undone", async () => await StateOfAsync(plan) == "undone", TimeSpan.FromSeconds(120), () => Relay.Log);
        Assert.Equal(before, await Lab.Authority.ContentsAsync());
    }

    [Fact]
    public async Task With_a_wrong_secret_nothing_is_planned_nothing_is_applied_and_it_says_so()
    {
        var (before, plan) = await BrokenAsync();
        await Relay.ConfigureAsync(Configuration(Provider(Convert.ToBase64String(new byte[32]), times: Quick)));

        Assert.Contains("BADSIG", await TypeAsync(2, "apply", PlanFile, "--yes"), StringComparison.Ordinal);
        var planned = await TypeAsync("plan", "dns");

        Assert.Equal((2, true), (planned.ExitCode, planned.Output.Contains("BADSIG", StringComparison.Ordinal)));
        Assert.Equal(before, await Lab.Authority.ContentsAsync());
        Assert.DoesNotContain(JournalOf(plan), line => line.Contains("\"event\":\"writing\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_changed_after_the_plan_was_made_or_after_it_was_applied_is_never_overwritten()
    {
        var (_, plan) = await BrokenAsync();
        await Lab.Authority.SetPointerAsync(Acme.Public, "host.somebody.example");
        var overtaken = await Lab.Authority.ContentsAsync();

        var stale = await TypeAsync(1, "apply", PlanFile, "--yes");

        Assert.Contains("host.somebody.example", stale, StringComparison.Ordinal);
        Assert.Equal(overtaken, await Lab.Authority.ContentsAsync());

        await Lab.Authority.RemovePointerAsync(Acme.Public);
        await ApplyAsync();
        await Lab.Authority.SetPointerAsync(Acme.Public, "host.somebody.example");
        var changed = await Lab.Authority.ContentsAsync();

        var undo = await TypeAsync(1, "undo", plan.Id, "--yes");

        Assert.Contains("host.somebody.example", undo, StringComparison.Ordinal);
        Assert.Equal(changed, await Lab.Authority.ContentsAsync());
        Assert.Equal("applied", await StateOfAsync(plan));
    }

    /// <summary>The first brand has neither record, and there is a plan for it.</summary>
    private async Task<(string Before, PlanSeen Plan)> BrokenAsync()
    {
        await Lab.Authority.SetAsync(Acme.Ehlo, "A");
        await Lab.Authority.RemovePointerAsync(Acme.Public);
        await PrepareRelayAsync(Configuration(Provider(times: Quick)));
        var before = await Lab.Authority.ContentsAsync();
        var plan = await PlanAsync("plan", "dns");
        Assert.Equal(2, plan.Steps.Count);
        return (before, plan);
    }

    private static RelayConfiguration Configuration(string provider) => new() { Brands = [Acme], More = provider };

    /// <summary>Applies it up to where the first step is written and waits for a secondary that doesn't hear of it.</summary>
    private async Task<HostProgram> FirstStepWrittenAsync(PlanSeen plan)
    {
        await Lab.Authority.CutSecondaryOffAsync();
        var apply = Relay.Begin("apply", PlanFile, "--yes");
        await Eventually.TrueAsync("the first step is written", () => JournalOf(plan).Any(line => line.Contains("\"event\":\"written\"", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), () => apply.Tail());
        return apply;
    }
}
