using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Variant 2, told from its beginning to its end: DNS stays, and a host with private addresses behind a masquerade of its own is made to leave as DNS says.</summary>
public sealed class TranslationByPlan(LabFixture lab) : PlanTest(lab)
{
    private const string Name = "edge.acme.example";

    private static readonly IPAddress Public = LabBrand.Acme.Edge;

    /// <summary>Three brands behind one address, under its one name.</summary>
    private static readonly IReadOnlyList<LabBrand> Brands = [.. LabBrand.All.Select((brand, index) => brand with { Local = Private(5 + index), Public = Public, Ehlo = Name })];

    private FirewallTable? _masquerade;

    protected override LabHost Host => Lab.Edge;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var number in Enumerable.Range(5, 5))
        {
            await Lab.Edge.AddAddressAsync(Private(number), 24);
        }

        _masquerade = await FirewallTable.LoadAsync(Lab.Edge, "ip nat", """
            chain postrouting {
            type nat hook postrouting priority srcnat;
            oifname "eth0" ip saddr 10.78.1.0/24 masquerade
            }
            """);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_masquerade is not null)
        {
            await _masquerade.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Masqueraded_as_a_stranger_five_addresses_leave_as_the_one_that_DNS_knows_once_the_plan_is_applied_and_as_before_after_its_undo()
    {
        await StartRelayAsync(Configuration());
        var load = await SubmitAsync(Brands.SelectMany(brand => new[] { Letter.Of(brand, LabReceivers.Postfix), Letter.Of(brand, LabReceivers.Exim) }));
        var before = await RulesAsync();
        await RefusedAndHeldAsync();

        var plan = await PlanAsync("plan", "nat");
        Assert.Equal(before, await RulesAsync());
        await ApplyAsync();

        var arrivals = await ArrivesAsync(load);
        Assert.All(arrivals, arrival => Assert.Equal((Public, Name), (arrival.Client, arrival.Helo)));
        foreach (var number in Enumerable.Range(5, 5))
        {
            foreach (var receiver in new[] { LabReceivers.Postfix, LabReceivers.Exim })
            {
                (await new Swaks(Name, Private(number)).SendAsync(Lab.Edge, receiver, $"{Tag}-after")).MustBeAccepted();
            }
        }

        // What isn't mail to port 25 is masqueraded as ever.
        (await new Swaks(Name, Private(5)) { Port = PostfixDoor.Closed }.SendAsync(Lab.Edge, LabReceivers.Postfix, $"{Tag}-other")).MustBeAccepted();
        await Eventually.TrueAsync("other traffic leaves as before", () => Lab.Postfix.Inbox.WithSubject($"{Tag}-other") is [var other] && other.Client.Equals(LabPlan.EdgeKernelsChoice), seen: () => Lab.Postfix.Log);
        await TypeAsync(0, "verify", plan.Id);
        Assert.Contains("nothing to change", await TypeAsync(0, "plan", "nat"), StringComparison.Ordinal);

        await UndoAsync(plan);

        Assert.Equal(before, await RulesAsync());
        await RefusedAndHeldAsync();
    }

    /// <summary>A receiver that doesn't echo can't stop a session that comes from elsewhere: only what happens before it is dialled keeps mail from it.</summary>
    [Fact]
    public async Task While_a_plan_is_applied_and_undone_a_silent_receiver_meets_nobody_but_the_planned_address()
    {
        await StartRelayAsync(Configuration() with { Routed = [LabReceivers.Quiet] });
        await RefusedAndHeldAsync();
        var load = NewLoad();
        await using var flow = MailFlow.Start(load, [.. Brands.Select(brand => Letter.Of(brand, LabReceivers.Quiet))]);

        var plan = await PlanAsync("plan", "nat");
        await ApplyAsync();
        await Eventually.TrueAsync("mail flows", () => Quiet().Count > 20, seen: () => Relay.Log);
        await UndoAsync(plan);
        var known = load.AcceptedCount;
        await Eventually.TrueAsync("more mail comes in", () => load.AcceptedCount > known + 20, seen: () => Relay.Log);
        await flow.StopAsync();
        await RefusedAndHeldAsync();

        Assert.All(Quiet(), mail => Assert.Equal((Public, Name), (mail.Client, mail.Helo)));
        Assert.True(Quiet().Count < load.AcceptedCount, "nothing was held");

        IReadOnlyList<Arrival> Quiet() => [.. Lab.ArrivalsOf(Tag)];
    }

    /// <summary>Of the relay's own sources none is in the list: it plans for a server whose mail the host only forwards.</summary>
    [Fact]
    public async Task By_the_API_as_well_a_server_that_is_not_ours_is_made_to_leave_as_DNS_says()
    {
        await StartRelayAsync(Configuration() with { MoreSource = null });
        var before = await RulesAsync();
        await RefusedAsync(Private(9));

        var made = await Relay.Api.OrderAsync("plans/nat", new { list = $"# one server\n{Private(9)} {Public} {Name}\n" });
        var plan = made.GetProperty("summary").GetProperty("id").GetString()!;
        // Under which address another server leaves nobody can see from here: that takes somebody's word.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Relay.Api.CarryOutAsync(plan, "apply"));
        Assert.Contains("Nobody outside could say which address is seen", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await RulesAsync());
        Assert.StartsWith("applied: ", await Relay.Api.CarryOutAsync(plan, "apply", new { unseen = true }), StringComparison.Ordinal);

        (await new Swaks(Name, Private(9)).SendAsync(Lab.Edge, LabReceivers.Postfix, $"{Tag}-after")).MustBeAccepted();
        (await new Swaks(Name, Private(9)).SendAsync(Lab.Edge, LabReceivers.Exim, $"{Tag}-after")).MustBeAccepted();
        await RefusedAsync(Private(5));

        Assert.StartsWith("undone: ", await Relay.Api.CarryOutAsync(plan, "undo"), StringComparison.Ordinal);
        Assert.Equal(before, await RulesAsync());
        await RefusedAsync(Private(9));
    }

    [Fact]
    public async Task A_rule_that_is_met_before_ours_is_named_and_what_it_does_is_taken_back()
    {
        await using var shadow = await FirewallTable.LoadAsync(Lab.Edge, "ip shadow", $$"""
            chain early {
            type nat hook postrouting priority srcnat - 30;
            ip saddr {{Private(5)}} tcp dport 25 snat to 203.0.113.136
            }
            """);
        await PrepareRelayAsync(Configuration());
        var before = await RulesAsync();

        var plan = await PlanAsync("plan", "nat");

        Assert.Contains(plan.Notes, note => note.Text.Contains("EG-10", StringComparison.Ordinal) && note.Text.Contains("shadow", StringComparison.Ordinal));
        // Who applies it all the same sees from outside that it isn't so.
        Assert.Contains("203.0.113.136", await TypeAsync(1, "apply", PlanFile, "--yes"), StringComparison.Ordinal);
        Assert.Equal(before, await RulesAsync());
    }

    private static IPAddress Private(int number) => IPAddress.Parse($"10.78.1.{number}");

    private static RelayConfiguration Configuration() => new()
    {
        Brands = Brands,
        SourceKeys = ", shared: true",
        MoreSource = string.Join("\n  - ", new[] { 8, 9 }.Select(number => $"{{ id: more-{number}, localAddress: {Private(number)}, publicAddress: {Public}, ehlo: {Name}, shared: true }}")),
        More = "firewalls: [ { id: edge, kind: nftables } ]\nplans: { undoAfter: 30s, seenWithin: 20s }\n",
    };

    private async Task<string> RulesAsync() => (await Lab.Edge.RunAsync("nft", "list", "ruleset")).MustSucceed().Output;

    private async Task RefusedAsync(IPAddress from)
    {
        var refused = await new Swaks(Name, from).SendAsync(Lab.Edge, LabReceivers.Postfix, $"{Tag}-before");
        Assert.Equal($"550 5.7.25 Client host rejected: cannot find your hostname, [{LabPlan.EdgeKernelsChoice}]", refused.Refusal);
        Assert.Contains("550 EHLO argument does not match calling host", (await new Swaks(Name, from).SendAsync(Lab.Edge, LabReceivers.Exim, $"{Tag}-before")).Refusal, StringComparison.Ordinal);
    }

    private async Task RefusedAndHeldAsync()
    {
        foreach (var brand in Brands)
        {
            await RefusedAsync(brand.Local);
            await Eventually.GetAsync($"{brand.Id} is held", () => Relay.Api.SourceAsync($"{brand.Id}-v4"), source => source.Hold is { Check: "EG-01" or "EG-04" }, TimeSpan.FromSeconds(60), () => Relay.Log);
        }
    }
}
