using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>ZN-06: the way into a classless reverse zone.</summary>
public sealed class ClasslessTests
{
    private const string Child = "0/28." + Recorded.ReverseZone, InChild = "5." + Child;

    [Fact]
    public void One_alias_into_a_zone_that_is_served_is_right()
    {
        var facts = Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child));
        Assert.Equal($"{Recorded.Reverse} → {InChild}, served in {Child}", Recorded.Judge(facts, "ZN-06", CheckOutcome.Pass).Seen);
    }

    [Fact]
    public void A_zone_of_any_name_is_right() =>
        Recorded.Judge(Chain((Recorded.Reverse, Recorded.ReverseZone), ("5.rev.acme.example", Recorded.EhloZone)), "ZN-06", CheckOutcome.Pass);

    [Fact]
    public void A_loop_is_ZN06()
    {
        var facts = Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child));
        facts = facts with { Zone = facts.Zone! with { Pointer = facts.Zone.Pointer with { Ending = SurveyEnding.Loop, Trouble = $"{InChild} leads back to {Recorded.Reverse}" } } };
        Assert.Contains("a loop", Recorded.Judge(facts, "ZN-06", CheckOutcome.Bad).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_two_aliases_are_ZN06() =>
        Assert.Contains("3 CNAMEs", Recorded.Judge(Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child), ("a.acme.example", Recorded.EhloZone), ("b.acme.example", Recorded.EhloZone)), "ZN-06", CheckOutcome.Bad).Seen, StringComparison.Ordinal);

    [Fact]
    public void An_alias_to_a_name_in_no_child_zone_is_ZN06()
    {
        var facts = Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Recorded.ReverseZone));
        facts = Last(facts, word => word.Failing(DnsOutcome.NameError));
        Assert.Contains("no zone is delegated there", Recorded.Judge(facts, "ZN-06", CheckOutcome.Bad).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_zone_whose_servers_have_no_address_is_ZN06()
    {
        var facts = Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child));
        var pointer = facts.Zone!.Pointer;
        pointer = pointer with
        {
            Steps = [pointer.Steps[0], pointer.Steps[1] with { Servers = [] }],
            Zones = [pointer.Zones[0], pointer.Zones[1] with { Servers = [], WithoutAddress = [Recorded.Name("ns.gone.example")] }],
        };
        Recorded.Judge(facts with { Zone = facts.Zone with { Pointer = pointer } }, "ZN-06", CheckOutcome.Bad, "ZN-07");
    }

    [Fact]
    public void A_child_zone_nobody_points_into_is_ZN06()
    {
        var facts = Recorded.Facts(zone => zone with
        {
            Pointer = zone.Pointer.AtServers(word => word.Failing(DnsOutcome.NameError)).AtResolvers(word => word.Failing(DnsOutcome.NameError)) with { UnusedChildZone = Recorded.Name("0/28." + Recorded.ReverseZone) },
            Written = [],
        });
        Assert.Contains($"{Recorded.Reverse}. CNAME 5.0/28.{Recorded.ReverseZone}.", Recorded.Judge(facts, "ZN-06", CheckOutcome.Bad).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsOutcome.TimedOut)]
    [InlineData(DnsOutcome.Lame)]
    [InlineData(DnsOutcome.Refused)]
    public void A_child_zone_whose_servers_do_not_answer_is_unknown(DnsOutcome outcome) =>
        Recorded.Judge(Last(Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child)), word => word.Failing(outcome)), "ZN-06", CheckOutcome.Unknown);

    [Fact]
    public void A_record_that_is_missing_in_a_child_zone_that_is_served_is_another_checks_finding() =>
        Recorded.Judge(Last(Chain((Recorded.Reverse, Recorded.ReverseZone), (InChild, Child)), word => word.Failing(DnsOutcome.NameError)), "ZN-06", CheckOutcome.Pass);

    /// <summary>The first names lead on, the last holds the record; resolvers say what the last says.</summary>
    private static IdentityFacts Chain(params (string Name, string Zone)[] names) => Recorded.Facts(zone => zone with
    {
        Pointer = zone.Pointer with
        {
            Steps =
            [
                .. names.Zip(names.Skip(1), (from, to) => Recorded.Step(from.Name, RecordType.Ptr, from.Zone).AtServers(word => word.Leading(to.Name))),
                Recorded.Step(names[^1].Name, RecordType.Ptr, names[^1].Zone, Recorded.Ehlo),
            ],
            Zones = [.. names.Select(each => each.Zone).Distinct().Select(Recorded.Look)],
        },
        Written = [],
    });

    private static IdentityFacts Last(IdentityFacts facts, Func<DnsWord, DnsWord> change)
    {
        var pointer = facts.Zone!.Pointer;
        return facts with { Zone = facts.Zone with { Pointer = (pointer with { Steps = [.. pointer.Steps.SkipLast(1), pointer.Last!.AtServers(change)] }).AtResolvers(change) } };
    }
}
