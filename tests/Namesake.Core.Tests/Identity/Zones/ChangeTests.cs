using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>ZN-09, ZN-10, ZN-11: when a fix is seen, who may make it, and what became of it.</summary>
public sealed class ChangeTests
{
    [Fact]
    public void An_absence_that_is_remembered_for_days_is_ZN09()
    {
        var result = Recorded.Judge(Remembering(TimeSpan.FromDays(7)), "ZN-09", CheckOutcome.Bad);
        Assert.Contains("7 days", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Earliest_green_is_the_longest_memory_of_what_is_there_now()
    {
        var facts = Missing(Recorded.Facts());
        Assert.Equal(Recorded.At.AddHours(1), facts.Zone!.EarliestGreen(Recorded.At)); // the SOA minimum, and the TTL of the address
        Assert.Contains("seen by everybody at 2026-03-01 13:00 UTC (earliest green)", Recorded.Judge(facts, "ZN-09", CheckOutcome.Pass).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void While_servers_disagree_there_is_no_earliest_green()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.NameError) : word) });
        Assert.Null(facts.Zone!.EarliestGreen(Recorded.At));
        Assert.Contains("not known", Recorded.Judge(facts, "ZN-09", CheckOutcome.Pass, "ZN-01").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_whose_start_cannot_be_read_leaves_ZN09_unknown() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtZones(word => word.Answer.Type == RecordType.Soa ? word.Failing(DnsOutcome.TimedOut) : word) }), "ZN-09", CheckOutcome.Unknown);

    [Fact]
    public void Without_authority_the_finding_is_a_ticket()
    {
        var result = Recorded.Judge(Authority(WriteAccess.None), "ZN-10", CheckOutcome.Bad);
        Assert.Equal("Send to the holder of 203.0.113.5: Please set the reverse DNS of 203.0.113.5: 5.113.0.203.in-addr.arpa. PTR mail.acme.example. in the zone 113.0.203.in-addr.arpa, as the only PTR record. "
            + "The name leads to the address already (mail.acme.example. A 203.0.113.5).", result.Fix);
    }

    [Theory]
    [InlineData(WriteAccess.Untried)]
    [InlineData(WriteAccess.Unreachable)]
    public void A_key_nobody_has_tried_leaves_ZN10_unknown(WriteAccess access) => Recorded.Judge(Authority(access), "ZN-10", CheckOutcome.Unknown);

    [Fact]
    public void Where_nobody_has_looked_ZN10_and_ZN11_cannot_be_observed()
    {
        var facts = Recorded.Facts(zone => zone with { Authority = null, Written = null });
        Recorded.Judge(facts, "ZN-10", CheckOutcome.NotObservable);
        Recorded.Judge(facts, "ZN-11", CheckOutcome.NotObservable);
    }

    [Fact]
    public void A_record_of_ours_that_others_changed_is_ZN11()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.Saying("host-5.provider.example")).AtResolvers((DnsWord word) => word.Saying("host-5.provider.example")) });
        var result = Recorded.Judge(facts, "ZN-11", CheckOutcome.Bad);
        Assert.Equal($"{Recorded.Reverse}: PTR host-5.provider.example, written was PTR mail.acme.example (plan 12, 2026-02-22 12:00 UTC)", result.Seen);
    }

    [Fact]
    public void A_record_of_ours_that_others_removed_is_ZN11() => Recorded.Judge(Missing(Recorded.Facts(), written: true), "ZN-11", CheckOutcome.Bad);

    [Fact]
    public void A_record_of_ours_that_is_on_its_way_leaves_ZN11_unknown() =>
        Assert.Equal(UnknownCause.PartlyPropagated, Recorded.Judge(Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.IsFrom(Recorded.Second) ? word.Saying("old.acme.example") : word) }), "ZN-11", CheckOutcome.Unknown, "ZN-01").Cause);

    [Fact]
    public void A_record_of_ours_nobody_answers_for_leaves_ZN11_unknown() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.Failing(DnsOutcome.TimedOut)) }), "ZN-11", CheckOutcome.Unknown);

    [Fact]
    public void A_record_we_have_not_written_is_not_ours() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Written = [zone.Written!.Value[0] with { Name = Recorded.Name("6.113.0.203.in-addr.arpa") }] }), "ZN-11", CheckOutcome.NotApplicable);

    private static IdentityFacts Authority(WriteAccess access) => Recorded.Facts(zone => zone with { Authority = zone.Authority! with { Access = access } });

    private static IdentityFacts Missing(IdentityFacts facts, bool written = false) => facts with
    {
        Zone = facts.Zone! with
        {
            Pointer = facts.Zone.Pointer.AtServers(word => word.Failing(DnsOutcome.NameError)).AtResolvers((DnsWord word) => word.Failing(DnsOutcome.NameError)),
            Written = written ? facts.Zone.Written : [],
        },
    };

    private static IdentityFacts Remembering(TimeSpan span) => Recorded.Facts(zone => zone with
    {
        Pointer = zone.Pointer.AtZones(word => word with { Answer = word.Answer with { Records = [.. word.Answer.Records.Select(record => record is StartOfAuthorityRecord start ? start with { NegativeTtl = span } : record)] } }),
    });
}
