using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>ZN-04, ZN-05, ZN-07: how well the zones are kept.</summary>
public sealed class HealthTests
{
    private static readonly ServerTrouble Lame = new("ns2.host.example 198.51.100.53", Recorded.Name(Recorded.ReverseZone), ["does not serve the zone it is delegated (lame)"], 3, 4, Recorded.At.AddHours(-1), Recorded.At);

    [Fact]
    public void A_server_that_failed_three_times_is_ZN04()
    {
        var result = Recorded.Judge(Recorded.Facts(zone => zone with { Troubles = [Lame] }), "ZN-04", CheckOutcome.Bad);
        Assert.Contains("ns2.host.example 198.51.100.53 does not serve the zone it is delegated (lame) in 3 of 4 looks since 2026-03-01 11:00 UTC", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_failed_twice_is_no_finding_yet() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Troubles = [Lame with { Failed = 2 }] }), "ZN-04", CheckOutcome.Unknown);

    [Fact]
    public void When_nobody_answers_at_all_our_own_way_out_is_in_doubt()
    {
        var facts = Recorded.Facts(zone => zone.Everywhere(word => word.Failing(DnsOutcome.TimedOut)) with { Troubles = [Lame], Written = [] });
        Assert.Contains("in doubt", Recorded.Judge(facts, "ZN-04", CheckOutcome.Unknown).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void The_slowest_answer_is_told_where_all_is_well() =>
        Assert.Equal("2 server addresses answered, the slowest in 3 ms", Recorded.Judge(Recorded.Facts(), "ZN-04", CheckOutcome.Pass).Seen);

    [Fact]
    public void A_failure_that_only_validation_makes_is_ZN05()
    {
        var facts = Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtResolvers(Bogus), Pointer = zone.Pointer });
        var result = Recorded.Judge(facts, "ZN-05", CheckOutcome.Bad);
        Assert.Contains("without validation A 203.0.113.5", result.Seen, StringComparison.Ordinal);
        Assert.StartsWith("Sign acme.example anew", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_alone_proves_nothing_about_signatures() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtResolvers(word => word.Failing(DnsOutcome.ServerFailure)) }), "ZN-05", CheckOutcome.Unknown);

    [Fact]
    public void A_failure_that_passed_by_proves_nothing_about_signatures()
    {
        var facts = Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtResolvers(word => Bogus(word) with { Again = word.Udp }) });
        Recorded.Judge(facts, "ZN-05", CheckOutcome.Unknown);
    }

    [Fact]
    public void Validating_resolvers_that_differ_prove_nothing() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtResolvers(word => word.Resolver.Operator == "Quad9" ? Bogus(word) : word) }), "ZN-05", CheckOutcome.Unknown);

    [Fact]
    public void Unsigned_is_fine_and_said_so()
    {
        var facts = Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtResolvers((DnsWord word) => word with { Answer = word.Answer with { Authenticated = true } }) });
        Assert.Equal("5.113.0.203.in-addr.arpa is not signed; mail.acme.example is signed and valid", Recorded.Judge(facts, "ZN-05", CheckOutcome.Pass).Seen);
    }

    [Fact]
    public void Without_a_validating_resolver_nothing_is_said_about_signatures()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtResolvers(Blind), Ehlo = zone.Ehlo.AtResolvers(Blind) });
        Assert.Contains("a resolver that validates", Recorded.Judge(facts, "ZN-05", CheckOutcome.NotObservable).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_only_the_zone_above_names_is_ZN07()
    {
        var result = Recorded.Judge(Zone(zone => zone with { Parent = new ParentDelegation(zone.Parent!.Parent, [Referral(Recorded.First, Recorded.Second, "ns-old.host.example")]) }), "ZN-07", CheckOutcome.Bad);
        Assert.Contains("0.203.in-addr.arpa delegates to ns-old.host.example, ns1.host.example, ns2.host.example; the zone names ns1.host.example, ns2.host.example", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_an_address_is_ZN07() =>
        Recorded.Judge(Zone(zone => zone with { WithoutAddress = [Recorded.Name("ns3.host.example")] }), "ZN-07", CheckOutcome.Bad);

    [Fact]
    public void One_of_the_zones_servers_that_names_others_is_ZN07() =>
        Recorded.Judge(Zone(zone => zone.AtServers(word => word.Answer.Type == RecordType.NS && word.IsFrom(Recorded.Second) ? word.Saying(Recorded.Second) : word)), "ZN-07", CheckOutcome.Bad);

    [Fact]
    public void A_silent_parent_leaves_ZN07_unknown() =>
        Recorded.Judge(Zone(zone => zone with { Parent = new ParentDelegation(zone.Parent!.Parent, [new ParentWord("ns.above.example 192.0.2.1", DnsOutcome.TimedOut, [], false)]) }), "ZN-07", CheckOutcome.Unknown);

    [Fact]
    public void A_parent_that_serves_the_zone_itself_hides_what_it_delegates() =>
        Recorded.Judge(Zone(zone => zone with { Parent = new ParentDelegation(zone.Parent!.Parent, [new ParentWord("ns1.host.example 192.0.2.53", DnsOutcome.Answer, [], true)]) }), "ZN-07", CheckOutcome.NotObservable);

    [Fact]
    public void Servers_that_do_not_tell_their_names_leave_ZN07_unknown() =>
        Recorded.Judge(Zone(zone => zone.AtServers(word => word.Answer.Type == RecordType.NS ? word.Failing(DnsOutcome.Refused) : word)), "ZN-07", CheckOutcome.Unknown);

    internal static ResolverWord Bogus(ResolverWord word) => word with
    {
        Udp = word.Udp.Failing(DnsOutcome.ServerFailure),
        Tcp = word.Tcp!.Failing(DnsOutcome.ServerFailure),
        Unchecked = word.Udp,
        Again = word.Udp.Failing(DnsOutcome.ServerFailure),
    };

    private static ResolverWord Blind(ResolverWord word) => word with { Exam = word.Exam! with { Signed = word.Exam.Signed with { Answer = word.Exam.Signed.Answer with { Authenticated = false } } } };

    private static ParentWord Referral(params string[] names) => new("ns.above.example 192.0.2.1", DnsOutcome.Answer, [.. names.Select(Recorded.Name)], false);

    private static IdentityFacts Zone(Func<ZoneSurvey, ZoneSurvey> change) => Recorded.Facts(zone => zone with { Pointer = zone.Pointer with { Zones = [change(zone.Pointer.Zones[0])] } });
}
