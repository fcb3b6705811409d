using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

/// <summary>What isn't ours is told by the registry and by what is there. A plan's file may say less: it is anybody's to edit.</summary>
public sealed class ForeignTests
{
    private const string Reverse = "113.0.203.in-addr.arpa";

    private readonly PlanWorld _world = PlanWorld.Before();

    [Fact]
    public async Task A_record_of_somebody_else_is_not_overwritten_though_the_plan_does_not_call_it_foreign()
    {
        var before = _world.Picture;
        var plan = Plan(A("www.acme.example", ["203.0.113.80"], "203.0.113.5"));

        var outcome = await ApplyAsync(plan);

        Assert.Equal((PlanEnd.Refused, 0), (outcome.End, _world.Writes));
        Assert.Contains("--replace-foreign", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("www.acme.example", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(before, _world.Picture);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan, consent: true)).End);
    }

    public static TheoryData<string> Others => ["replaced", "removed", "another lifetime", "beside others", "beside others' PTR", "changed since", "others' kept value", "another type", "twice"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task What_others_have_there_takes_consent(string what)
    {
        Assert.Equal((PlanEnd.Refused, 0), ((await ApplyAsync(Of(what))).End, _world.Writes));
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(Of(what), consent: true)).End);
    }

    public static TheoryData<string> Ours => ["nothing there", "made by a plan", "taken back", "ours beside others'", "added to ours and others'", "renamed pointer", "beside our sources'", "the provider's own", "so already", "made and changed"];

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task What_is_ours_or_nobodys_takes_none(string what) => Assert.Equal(PlanEnd.Applied, (await ApplyAsync(Of(what))).End);

    [Fact]
    public async Task What_was_adopted_is_ours()
    {
        _world.Set("old.acme.example", RecordType.A, 60, "203.0.113.77");
        var drift = new OwnedDrift.Records(_world.Disk.Owned.Records[0], RecordSet.Of(60, "203.0.113.77"));
        var plan = Plan(A("old.acme.example", ["203.0.113.77"], "203.0.113.5"));
        Assert.Equal(PlanEnd.Refused, (await ApplyAsync(plan)).End);

        _world.Disk.Registry = PlanJournalJson.Write(OwnedDrift.Adopt(_world.Disk.Owned, [drift], _world.Time.GetUtcNow()));

        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan)).End);
    }

    [Fact]
    public async Task The_plans_word_makes_it_stricter()
    {
        var plan = Plan(A("new.acme.example", [], "203.0.113.5") with { IsForeign = true });
        Assert.Equal(PlanEnd.Refused, (await ApplyAsync(plan)).End);
        Assert.Equal(PlanEnd.Applied, (await ApplyAsync(plan, consent: true)).End);
    }

    [Fact]
    public async Task Without_a_look_it_is_told_by_what_the_plan_expects()
    {
        Assert.Single(await _world.Runner().ForeignAsync(Plan(A("www.acme.example", ["203.0.113.80"], "203.0.113.5"), A("new.acme.example", [], "203.0.113.5")), default));
        Assert.Single(await _world.Runner().ForeignAsync(Plan(new ZoneChange { By = "bind", Reason = "a test", Zone = DomainName.Parse("acme.example"), Removes = true }), default));
        Assert.Empty(await _world.Runner().ForeignAsync(Plan(new ZoneChange { By = "bind", Reason = "a test", Zone = DomainName.Parse("new.acme.example") }), default));
    }

    private Plan Of(string what)
    {
        switch (what)
        {
            case "replaced":
                return Plan(A("www.acme.example", ["203.0.113.80"], "203.0.113.5"));
            case "removed":
                return Plan(A("www.acme.example", ["203.0.113.80"]));
            case "another lifetime":
                return Plan(A("www.acme.example", ["203.0.113.80"]) with { New = RecordSet.Of(300, "203.0.113.80") });
            case "beside others":
                _world.OurAddresses["www.acme.example"] = [IPAddress.Parse("203.0.113.5")];
                return Plan(A("www.acme.example", ["203.0.113.80"], "203.0.113.80", "203.0.113.5"));
            case "beside others' PTR":
                _world.Set($"9.{Reverse}", RecordType.Ptr, 60, "theirs.example.");
                return Plan(Pointer(9, ["theirs.example."], "theirs.example.", "mail.acme.example."));
            case "changed since":
                _world.Set("old.acme.example", RecordType.A, 60, "203.0.113.77");
                return Plan(A("old.acme.example", ["203.0.113.77"], "203.0.113.5"));
            case "others' kept value":
                Shared();
                return Plan(A("www.acme.example", ["203.0.113.80", "203.0.113.5"], "203.0.113.5"));
            case "another type":
                _world.Set("acme.example", RecordType.Txt, 60, "\"v=spf1 -all\"");
                return Plan(PlanWorld.Record("acme.example", "acme.example", RecordType.Txt, RecordSet.Of(60, "\"v=spf1 -all\""), RecordSet.Of(60, "\"v=spf1 -all\"", "\"v=spf1 +all\"")));
            case "twice": // what is there is what the first of the two would make of ours
                _world.Set("old.acme.example", RecordType.A, 60, "203.0.113.80");
                return Plan(A("old.acme.example", ["203.0.113.9"], "203.0.113.80"), A("old.acme.example", ["203.0.113.80"], "203.0.113.5"));
            case "nothing there":
                return Plan(A("new.acme.example", [], "203.0.113.5"));
            case "made by a plan":
                return Plan(A("old.acme.example", ["203.0.113.9"], "203.0.113.5"));
            case "taken back":
                return Plan(A("old.acme.example", ["203.0.113.9"]));
            case "ours beside others'":
                Shared();
                return Plan(A("www.acme.example", ["203.0.113.80", "203.0.113.5"], "203.0.113.80"));
            case "added to ours and others'":
                Shared();
                return Plan(A("www.acme.example", ["203.0.113.80", "203.0.113.5"], "203.0.113.80", "203.0.113.5", "203.0.113.6"));
            case "renamed pointer":
                return Plan(Pointer(5, ["old.acme.example."], "mail.acme.example."));
            case "beside our sources'":
                _world.OurAddresses["www.acme.example"] = [IPAddress.Parse("203.0.113.80"), IPAddress.Parse("203.0.113.5")];
                return Plan(A("www.acme.example", ["203.0.113.80"], "203.0.113.80", "203.0.113.5"));
            case "the provider's own":
                _world.DefaultPointer = "static.6.113.0.203.clients.host.example.";
                _world.Set($"6.{Reverse}", RecordType.Ptr, 86_400, _world.DefaultPointer);
                return Plan(Pointer(6, [_world.DefaultPointer], "mail.acme.example.") with { Old = RecordSet.Of(86_400, _world.DefaultPointer) });
            case "so already": // and one that isn't, or there would be nothing to do
                return Plan(A("www.acme.example", ["203.0.113.99"], "203.0.113.80"), A("new.acme.example", [], "203.0.113.5"));
            default:
                return Plan(A("new.acme.example", [], "203.0.113.5"), A("new.acme.example", ["203.0.113.5"], "203.0.113.6"));
        }
    }

    /// <summary>A name with an address of somebody else's, to which a plan has added one.</summary>
    private void Shared()
    {
        _world.Set("www.acme.example", RecordType.A, 60, "203.0.113.80", "203.0.113.5");
        _world.Own("acme.example", "www.acme.example", RecordType.A, "203.0.113.5");
    }

    private Task<PlanOutcome> ApplyAsync(Plan plan, bool consent = false) => _world.Runner().ApplyAsync(plan, new ApplyWish(ReplaceForeign: consent), null, default);

    private static Plan Plan(params Change[] changes) => PlanWorld.WholePlan() with { Wanted = [], Steps = [.. changes.Select(change => new PlanStep("a step", [change], false))] };

    private static RecordChange A(string name, string[] old, params string[] made) => PlanWorld.Record("acme.example", name, RecordType.A, old.Length == 0 ? null : RecordSet.Of(60, old), made.Length == 0 ? null : RecordSet.Of(60, made));

    private static RecordChange Pointer(int last, string[] old, params string[] made) => PlanWorld.Record(Reverse, $"{last}.{Reverse}", RecordType.Ptr, RecordSet.Of(60, old), RecordSet.Of(60, made));
}
