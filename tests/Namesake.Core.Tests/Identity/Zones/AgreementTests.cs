using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>ZN-01, ZN-02, ZN-12: the servers of a zone beside each other.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void Everything_in_order_passes_everything()
    {
        var results = Catalogue.Judge(Recorded.Facts()).Where(result => result.Check.StartsWith("ZN", StringComparison.Ordinal) || result.Check is "FB-09" or "FB-10").ToList();
        Assert.Equal(14, results.Count);
        Assert.All(results, result => Assert.True(result.Outcome == (result.Check == "ZN-06" ? CheckOutcome.NotApplicable : CheckOutcome.Pass), result.ToString()));
    }

    [Fact]
    public void Nothing_passes_that_was_not_looked_at()
    {
        var facts = Recorded.Facts() with { Zone = null, Auditor = null };
        Assert.All(Catalogue.Judge(facts).Where(result => result.Check.StartsWith("ZN", StringComparison.Ordinal) || result.Check is "FB-09" or "FB-10"), result => Assert.Equal(CheckOutcome.NotObservable, result.Outcome));
    }

    [Fact]
    public void Another_pointer_on_the_second_server_is_ZN01()
    {
        var result = Recorded.Judge(Pointers(word => word.IsFrom(Recorded.Second) ? word.Saying("old.acme.example") : word), "ZN-01", CheckOutcome.Bad);
        Assert.Contains("ns1.host.example 192.0.2.53: PTR mail.acme.example; ns2.host.example 198.51.100.53: PTR old.acme.example", result.Seen, StringComparison.Ordinal);
        Assert.Contains(Recorded.ReverseZone, result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_the_pointer_is_ZN01() =>
        Recorded.Judge(Pointers(word => word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.NameError) : word), "ZN-01", CheckOutcome.Bad);

    [Fact]
    public void A_server_that_says_another_thing_over_TCP_is_ZN01()
    {
        var result = Recorded.Judge(Pointers(word => word.IsFrom(Recorded.Second) && word.Transport == DnsTransport.Tcp ? word.Saying("old.acme.example") : word), "ZN-01", CheckOutcome.Bad);
        Assert.Contains("ns2.host.example 198.51.100.53 over TCP: PTR old.acme.example", result.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsOutcome.TimedOut, UnknownCause.Silent)]
    [InlineData(DnsOutcome.Unreachable, UnknownCause.Silent)]
    [InlineData(DnsOutcome.ServerFailure, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Refused, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Lame, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Malformed, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Truncated, UnknownCause.Trouble)]
    public void One_server_that_does_not_answer_is_no_disagreement_and_no_agreement(DnsOutcome outcome, UnknownCause cause)
    {
        var result = Recorded.Judge(Pointers(word => word.IsFrom(Recorded.Second) ? word.Failing(outcome) : word), "ZN-01", CheckOutcome.Unknown);
        Assert.Equal((cause, Recorded.ReverseZone), (result.Cause, result.Zone));
    }

    [Fact]
    public void A_server_is_heard_when_one_transport_is() =>
        Recorded.Judge(Pointers(word => word.Transport == DnsTransport.Udp ? word.Failing(DnsOutcome.Truncated) : word), "ZN-01", CheckOutcome.Pass);

    [Fact]
    public void Servers_that_agree_on_an_absence_are_another_checks_finding()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.Failing(word.IsFrom(Recorded.First) ? DnsOutcome.NameError : DnsOutcome.NoData)).AtResolvers(word => word.Failing(DnsOutcome.NameError)), Written = [] });
        Recorded.Judge(facts, "ZN-01", CheckOutcome.NotApplicable);
    }

    [Fact]
    public void Another_address_on_the_second_server_is_ZN02() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtServers(word => word.IsFrom(Recorded.Second) ? word.Saying("203.0.113.9") : word) }), "ZN-02", CheckOutcome.Bad);

    [Fact]
    public void An_address_of_the_other_family_on_one_server_is_ZN02() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { EhloOtherFamily = zone.EhloOtherFamily!.AtServers(word => word.IsFrom(Recorded.Second) ? word.Saying("2001:db8::5") : word) }), "ZN-02", CheckOutcome.Bad);

    [Fact]
    public void A_silent_server_of_the_names_zone_leaves_ZN02_unknown() =>
        Recorded.Judge(Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtServers(word => word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.TimedOut) : word) }), "ZN-02", CheckOutcome.Unknown);

    [Fact]
    public void Addresses_in_another_order_are_the_same()
    {
        var facts = Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.Everywhere(word => word.Answer.Type != RecordType.A ? word : word.IsFrom(Recorded.Second) ? word.Saying("203.0.113.6", "203.0.113.5") : word.Saying("203.0.113.5", "203.0.113.6")) });
        Recorded.Judge(facts, "ZN-02", CheckOutcome.Pass);
    }

    [Fact]
    public void A_secondary_that_lags_is_ZN12()
    {
        var result = Recorded.Judge(Zones(word => word.Answer.Type == RecordType.Soa && word.IsFrom(Recorded.Second) ? word.Saying("6") : word), "ZN-12", CheckOutcome.Bad);
        Assert.StartsWith("Let ns2.host.example 198.51.100.53 transfer", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Serials_go_round()
    {
        var result = Recorded.Judge(Zones(word => word.Answer.Type == RecordType.Soa ? word.Saying(word.IsFrom(Recorded.First) ? "4294967290" : "3") : word), "ZN-12", CheckOutcome.Bad);
        Assert.StartsWith("Let ns1.host.example", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_serial_that_cannot_be_read_leaves_ZN12_unknown() =>
        Recorded.Judge(Zones(word => word.Answer.Type == RecordType.Soa && word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.ServerFailure) : word), "ZN-12", CheckOutcome.Unknown);

    private static IdentityFacts Pointers(Func<DnsWord, DnsWord> change) => Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(change) , Written = [] });

    private static IdentityFacts Zones(Func<DnsWord, DnsWord> change) => Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtZones(change) });
}
