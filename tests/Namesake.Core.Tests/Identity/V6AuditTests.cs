using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>The audit of IPv6: what fails each check and which others beside it, what passes it, what can't be told.</summary>
public sealed class V6AuditTests
{
    private static readonly Source Acme = Scene.Source("acme", "203.0.113.5", "mail.acme.example");
    private static readonly Source AcmeV6 = Scene.Source("acme-v6", "2001:db8::5", "mail.acme.example");
    private static readonly KernelChoice V6Choice = new(IPAddress.Parse("2001:db8::77"), "eth0", IPAddress.Parse("fe80::1"));

    [Fact]
    public void Sources_in_order_pass_what_applies_to_their_family()
    {
        var v4 = EgressAuditTests.Judge(EgressAuditTests.InOrder(Acme));
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable], V6Audit.All.Select(check => EgressAuditTests.Of(v4, check.Id).Outcome));
        var v6 = EgressAuditTests.Judge(EgressAuditTests.InOrder(AcmeV6));
        Assert.Equal([CheckOutcome.NotApplicable, CheckOutcome.Pass, CheckOutcome.Pass], V6Audit.All.Select(check => EgressAuditTests.Of(v6, check.Id).Outcome));
    }

    [Fact]
    public void A_way_out_by_IPv6_that_nobody_planned_is_V6_01_and_for_bound_mail_a_warning()
    {
        var facts = WithV6(EgressAuditTests.InOrder(Acme));
        var result = EgressAuditTests.OnlyBad(EgressAuditTests.Judge(facts), "V6-01");
        Assert.Contains("2001:db8::77 by eth0", result.Seen, StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Warn, Catalogue.Find("V6-01")!.SeverityUnder(IdentityPolicy.Strict, result));
        result = EgressAuditTests.OnlyBad(EgressAuditTests.Judge(facts with { Bind = null }), "V6-01");
        Assert.Equal(FindingSeverity.Fail, Catalogue.Find("V6-01")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    [Fact]
    public void An_IPv6_source_of_the_same_name_is_a_plan() =>
        Assert.Equal(CheckOutcome.Pass, EgressAuditTests.Of(EgressAuditTests.Judge(WithV6(EgressAuditTests.InOrder(Acme)) with { Pool = [Acme, AcmeV6] }), "V6-01").Outcome);

    [Theory]
    [InlineData(AddressMarks.Temporary, "temporary")]
    [InlineData(AddressMarks.Deprecated, "deprecated")]
    [InlineData(AddressMarks.Duplicate, "duplicate")]
    public void An_address_that_does_not_stay_is_V6_02(AddressMarks mark, string word)
    {
        var facts = EgressAuditTests.InOrder(AcmeV6);
        var stable = new HostAddress(IPAddress.Parse("2001:db8::9"), 64, "eth0", true, AddressMarks.ManagesTemporary, TimeSpan.FromDays(1));
        facts = facts with { Host = facts.Host! with { Addresses = [facts.Host.Addresses[0] with { Marks = mark, PrefixLength = 64 }, stable] } };
        Assert.Contains(word, EgressAuditTests.OnlyBad(EgressAuditTests.Judge(facts), "V6-02").Seen, StringComparison.Ordinal);
        // What binding has found out already is EG-03's to tell.
        var results = EgressAuditTests.Judge(facts with { Bind = new BindResult(true, null, Temporary: true) });
        Assert.Equal("EG-03", Assert.Single(results, result => result.IsBad).Check);
    }

    [Fact]
    public void The_stable_address_of_autoconfiguration_is_fine()
    {
        var facts = EgressAuditTests.InOrder(AcmeV6);
        facts = facts with { Host = facts.Host! with { Addresses = [facts.Host.Addresses[0] with { Marks = AddressMarks.ManagesTemporary, PrefixLength = 64, Lifetime = TimeSpan.FromDays(1) }] } };
        Assert.Equal(CheckOutcome.Pass, EgressAuditTests.Of(EgressAuditTests.Judge(facts), "V6-02").Outcome);
    }

    [Theory]
    [InlineData("2001:db8:ffff::5", "a prefix translation (NPTv6)")]
    [InlineData("2001:db8:ffff::1", "NAT66")]
    public void Another_IPv6_address_outside_is_V6_06(string seen, string kind)
    {
        var facts = EgressAuditTests.InOrder(AcmeV6);
        facts = facts with { Outbound = facts.Outbound! with { Sessions = [.. facts.Outbound.Sessions.Select(session => session with { Seen = IPAddress.Parse(seen) })] } };
        Assert.Contains(kind, EgressAuditTests.OnlyBad(EgressAuditTests.Judge(facts), "V6-06").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_translation_of_IPv6_that_is_declared_is_told_too() =>
        Assert.Contains("declared", EgressAuditTests.OnlyBad(EgressAuditTests.Judge(EgressAuditTests.InOrder(Scene.Source("t", "2001:db8::5", "mail.acme.example", local: "2001:db8:1::5"))), "V6-06").Seen, StringComparison.Ordinal);

    [Fact]
    public void IPv4_carried_over_IPv6_is_V6_06() =>
        EgressAuditTests.OnlyBad(EgressAuditTests.Judge(EgressAuditTests.InOrder(Scene.Source("clat", "203.0.113.5", "mail.acme.example", local: "192.0.0.4"))), "V6-06");

    [Fact]
    public void Without_an_echo_nobody_knows_and_without_facts_nobody_looked()
    {
        var facts = EgressAuditTests.InOrder(AcmeV6);
        var silent = facts with { Outbound = facts.Outbound! with { Sessions = [.. facts.Outbound.Sessions.Select(session => session with { Seen = null })] } };
        Assert.Equal(CheckOutcome.Unknown, EgressAuditTests.Of(EgressAuditTests.Judge(silent), "V6-06").Outcome);
        var proven = silent with { Egress = new EgressFacts(new Proof(DateTimeOffset.UnixEpoch, "echo", "mx.witness.example"), IsFresh: true, null, null) };
        Assert.Equal(CheckOutcome.Pass, EgressAuditTests.Of(EgressAuditTests.Judge(proven), "V6-06").Outcome);
        var blind = EgressAuditTests.Judge(new IdentityFacts { Source = AcmeV6 });
        Assert.Equal([CheckOutcome.NotObservable, CheckOutcome.NotObservable], new[] { "V6-02", "V6-06" }.Select(check => EgressAuditTests.Of(blind, check).Outcome));
        Assert.Equal(CheckOutcome.NotObservable, EgressAuditTests.Of(EgressAuditTests.Judge(new IdentityFacts { Source = Acme }), "V6-01").Outcome);
    }

    private static IdentityFacts WithV6(IdentityFacts facts) => facts with { Host = facts.Host! with { UnboundV6 = V6Choice } };
}
