using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>Every check: what is right, what is wrong, what nobody can tell, and the words a postmaster gets.</summary>
public sealed class ChecksTests
{
    private static readonly Source Acme = Scene.Source("acme", "203.0.113.5", "mail.acme.example");
    private static readonly Source AcmeV6 = Scene.Source("acme-v6", "2001:db8::5", "mail.acme.example");
    private readonly ScriptedDns _dns = new(TimeProvider.System);

    public ChecksTests() => _dns.Identity("203.0.113.5", "mail.acme.example");

    [Fact]
    public async Task Everything_right_passes_everything() =>
        Assert.All(await JudgeAsync(Acme), result => Assert.True(result.Outcome is CheckOutcome.Pass || (result.Check == "PT-02" && result.Outcome == CheckOutcome.NotApplicable) || (result.Check == "FB-01" && result.Outcome == CheckOutcome.NotObservable), result.ToString()));

    [Fact]
    public async Task A_missing_pointer_is_PT01_for_v4_and_nothing_else()
    {
        _dns.Pointer("203.0.113.5");
        var results = await JudgeAsync(Acme);
        Bad(results, "PT-01", "5.113.0.203.in-addr.arpa does not exist (NXDOMAIN)", "5.113.0.203.in-addr.arpa. PTR mail.acme.example.", "Add the record 5.113.0.203.in-addr.arpa. PTR mail.acme.example.");
        Assert.Equal([CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.Pass], Outcomes(results, "PT-02", "PT-03", "PT-04", "EH-05"));
    }

    [Fact]
    public async Task A_missing_pointer_is_PT02_for_v6()
    {
        _dns.Set("mail.acme.example", RecordType.Aaaa, "2001:db8::5");
        var results = await JudgeAsync(AcmeV6);
        Bad(results, "PT-02", "NXDOMAIN", "PTR mail.acme.example.", "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mail.acme.example.");
        Assert.Equal([CheckOutcome.NotApplicable], Outcomes(results, "PT-01"));
    }

    [Fact]
    public async Task A_pointer_that_leads_elsewhere_is_PT03()
    {
        _dns.Pointer("203.0.113.5", "old.acme.example");
        _dns.Set("old.acme.example", RecordType.A, "198.51.100.9");
        var results = await JudgeAsync(Acme);
        Bad(results, "PT-03", "PTR old.acme.example; old.acme.example A 198.51.100.9", "a PTR name whose A record is 203.0.113.5", "Change the PTR record to 5.113.0.203.in-addr.arpa. PTR mail.acme.example. (in place of old.acme.example)");
        Assert.Equal([CheckOutcome.Bad, CheckOutcome.Pass], Outcomes(results, "PT-04", "PT-01"));
    }

    [Fact]
    public async Task A_pointer_that_leads_nowhere_is_PT03()
    {
        _dns.Pointer("203.0.113.5", "gone.acme.example");
        Bad(await JudgeAsync(Acme), "PT-03", "gone.acme.example does not exist (NXDOMAIN)", "203.0.113.5", "Change the PTR record");
    }

    [Fact]
    public async Task A_pointer_that_is_no_name_leads_nowhere()
    {
        _dns.Pointer("203.0.113.5", "not a name!");
        Bad(await JudgeAsync(Acme), "PT-03", "PTR not a name!", "203.0.113.5", "Change the PTR record");
    }

    [Fact]
    public async Task Where_the_pointer_is_right_the_forward_record_is_the_fix()
    {
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9");
        var results = await JudgeAsync(Acme);
        Bad(results, "PT-03", "mail.acme.example A 198.51.100.9", "203.0.113.5", "Add the record mail.acme.example. A 203.0.113.5; remove 198.51.100.9 from it if no mail leaves there");
        Bad(results, "EH-05", "mail.acme.example A 198.51.100.9", "mail.acme.example A 203.0.113.5", "Add the record mail.acme.example. A 203.0.113.5");
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Pass], Outcomes(results, "PT-04", "EH-04"));
    }

    [Fact]
    public async Task Both_records_wrong_are_both_in_the_fix()
    {
        _dns.Pointer("203.0.113.5", "old.acme.example");
        _dns.Remove("mail.acme.example", RecordType.A);
        Bad(await JudgeAsync(Acme), "PT-03", "old.acme.example", "203.0.113.5", "Add the record mail.acme.example. A 203.0.113.5. Then: Change the PTR record");
    }

    [Fact]
    public async Task Several_pointers_and_several_addresses_are_legal_and_the_pointers_told()
    {
        _dns.Pointer("203.0.113.5", "www.acme.example", "mail.acme.example", "gone.acme.example");
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9", "203.0.113.5", "203.0.113.6");
        Assert.Equal(("PT-05", null), (await JudgeAsync(Acme)).Where(result => result.IsBad).Select(result => (result.Check, result.Severity)).Single());
    }

    [Fact]
    public async Task Forward_confirmed_under_another_name_is_only_PT04()
    {
        _dns.Pointer("203.0.113.5", "host-5.provider.example");
        _dns.Set("host-5.provider.example", RecordType.A, "203.0.113.5");
        var results = await JudgeAsync(Acme);
        Bad(results, "PT-04", "PTR host-5.provider.example", "PTR mail.acme.example, the EHLO name", "5.113.0.203.in-addr.arpa. PTR mail.acme.example. (in place of host-5.provider.example)");
        Assert.Single(results, result => result.IsBad);
    }

    [Fact]
    public async Task No_more_than_ten_pointers_are_looked_up_and_the_ehlo_name_is_among_them()
    {
        _dns.Pointer("203.0.113.5", [.. Enumerable.Range(0, 500).Select(i => $"a{i}.hostile.example"), "mail.acme.example"]);
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Pass], Outcomes(await JudgeAsync(Acme), "PT-03", "PT-04"));
        Assert.True(_dns.Questions <= 12);
    }

    [Fact]
    public async Task A_name_without_any_address_is_EH04_and_not_EH05()
    {
        _dns.Remove("mail.acme.example", RecordType.A);
        var results = await JudgeAsync(Acme);
        Bad(results, "EH-04", "mail.acme.example does not exist (NXDOMAIN)", "an A or AAAA record of mail.acme.example", "mail.acme.example. A 203.0.113.5");
        Assert.Equal([CheckOutcome.NotApplicable], Outcomes(results, "EH-05"));
    }

    [Fact]
    public async Task A_name_with_an_address_of_the_other_family_only_is_EH05_and_not_EH04()
    {
        _dns.Remove("mail.acme.example", RecordType.A);
        _dns.Set("mail.acme.example", RecordType.Aaaa, "2001:db8::5");
        var results = await JudgeAsync(Acme);
        Bad(results, "EH-05", "mail.acme.example has no A record", "mail.acme.example A 203.0.113.5", "mail.acme.example. A 203.0.113.5");
        Assert.Equal([CheckOutcome.Pass], Outcomes(results, "EH-04"));
    }

    [Fact]
    public async Task The_fix_for_a_member_of_a_pool_keeps_the_others()
    {
        var second = Scene.Source("acme2", "203.0.113.6", "mail.acme.example");
        _dns.Set("mail.acme.example", RecordType.A, "203.0.113.5", "198.51.100.9");
        _dns.Pointer("203.0.113.6", "mail.acme.example");
        Bad(await JudgeAsync(second, pool: [Acme, second]), "EH-05", "A 198.51.100.9, 203.0.113.5", "A 203.0.113.6",
            "Add the record mail.acme.example. A 203.0.113.6 beside those of the other sources with this name (203.0.113.5); remove 198.51.100.9");
        Assert.DoesNotContain(await JudgeAsync(Acme, pool: [Acme, second]), result => result.IsBad); // the first member is not to blame
    }

    [Theory]
    [InlineData(DnsOutcome.TimedOut, UnknownCause.Silent)]
    [InlineData(DnsOutcome.Unreachable, UnknownCause.Silent)]
    [InlineData(DnsOutcome.ServerFailure, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Refused, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Lame, UnknownCause.Trouble)]
    [InlineData(DnsOutcome.Malformed, UnknownCause.Trouble)]
    public async Task Servers_in_trouble_are_unknown_and_never_bad(DnsOutcome trouble, UnknownCause cause)
    {
        _dns.Trouble("113.0.203.in-addr.arpa", trouble);
        _dns.Trouble("acme.example", trouble);
        var results = await JudgeAsync(Acme);
        Assert.DoesNotContain(results, result => result.IsBad);
        Assert.All(results.Where(result => result.Check is "PT-01" or "PT-03" or "PT-04" or "EH-04" or "EH-05"),
            result => Assert.Equal((CheckOutcome.Unknown, cause), (result.Outcome, result.Cause)));
        Assert.Equal("113.0.203.in-addr.arpa", results.Single(result => result.Check == "PT-01").Zone);
        Assert.Equal("acme.example", results.Single(result => result.Check == "EH-05").Zone);
        Assert.Contains("ns1", results.Single(result => result.Check == "PT-01").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pointer_that_is_known_and_a_forward_zone_in_trouble_is_unknown_in_PT03_only()
    {
        _dns.Trouble("acme.example", DnsOutcome.ServerFailure);
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Unknown, CheckOutcome.Pass, CheckOutcome.Unknown], Outcomes(await JudgeAsync(Acme), "PT-01", "PT-03", "PT-04", "EH-05"));
    }

    [Fact]
    public async Task One_confirmed_pointer_is_enough_beside_one_in_trouble()
    {
        _dns.Pointer("203.0.113.5", "mail.acme.example", "www.broken.example");
        _dns.Trouble("broken.example", DnsOutcome.TimedOut);
        Assert.Equal([CheckOutcome.Pass], Outcomes(await JudgeAsync(Acme), "PT-03"));
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9");
        Assert.Equal([CheckOutcome.Unknown], Outcomes(await JudgeAsync(Acme), "PT-03")); // the other one might confirm
    }

    [Fact]
    public async Task Servers_that_disagree_about_what_matters_are_unknown()
    {
        _dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "old.acme.example");
        var results = await JudgeAsync(Acme);
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Unknown], Outcomes(results, "PT-01", "PT-04"));
        Assert.Equal("partly propagated: ns1 says PTR mail.acme.example; ns2 says PTR old.acme.example", results.Single(result => result.Check == "PT-04").Seen);
        Assert.Equal(UnknownCause.PartlyPropagated, results.Single(result => result.Check == "PT-04").Cause);
    }

    [Fact]
    public async Task Servers_that_disagree_about_something_else_dont_matter()
    {
        _dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example", "old.acme.example");
        Assert.Equal("PT-05", (await JudgeAsync(Acme)).Single(result => result.Outcome == CheckOutcome.Unknown).Check); // how many names there are is what they disagree about
    }

    [Fact]
    public void A_server_of_the_zone_outranks_the_resolvers_memory()
    {
        var name = DomainName.Parse("mail.acme.example");
        var old = Answer(name, "resolver", "198.51.100.9");
        var evidence = DnsEvidence.Weigh(name, RecordType.A, old, new AuthoritativeAnswers(DomainName.Parse("acme.example"), [Answer(name, "ns1", "203.0.113.5"), Silent(name, "ns2")], null));
        Assert.Equal([IPAddress.Parse("203.0.113.5")], evidence.Addresses);
        Assert.False(evidence.ResolverOnly);
    }

    [Fact]
    public void The_resolvers_answer_counts_where_the_zones_servers_cannot_be_asked()
    {
        var name = DomainName.Parse("mail.acme.example");
        var evidence = DnsEvidence.Weigh(name, RecordType.A, Answer(name, "resolver", "203.0.113.5"), new AuthoritativeAnswers(DomainName.Parse("acme.example"), [Silent(name, "ns1")], null));
        Assert.True(evidence.IsDefinite && evidence.ResolverOnly);
    }

    [Fact]
    public void The_fix_names_the_record_behind_a_classless_delegation()
    {
        var name = DomainName.Parse("5.113.0.203.in-addr.arpa");
        var alias = DomainName.Parse("5.0-15.113.0.203.in-addr.arpa");
        var answer = new DnsAnswer(name, RecordType.Ptr, DnsOutcome.NameError, [], [alias], TimeSpan.FromMinutes(5), true, false, "ns1", DateTimeOffset.UnixEpoch);
        var evidence = DnsEvidence.Weigh(name, RecordType.Ptr, null, new AuthoritativeAnswers(DomainName.Parse("0-15.113.0.203.in-addr.arpa"), [answer], null));
        var facts = new IdentityFacts { Source = Acme, Dns = new DnsFacts(evidence, System.Collections.Immutable.ImmutableDictionary<string, DnsEvidence>.Empty, evidence, null) };
        Assert.Contains("5.0-15.113.0.203.in-addr.arpa. PTR mail.acme.example.", new PointerExistsCheck("PT-01", System.Net.Sockets.AddressFamily.InterNetwork).Judge(facts).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.5", "private use")]
    [InlineData("100.64.0.5", "carriers")]
    [InlineData("192.0.2.5", "documentation")]
    [InlineData("fd00::5", "unique local")]
    public void A_reserved_public_address_is_EG05(string address, string purpose)
    {
        var result = new PublicAddressCheck().Judge(new IdentityFacts { Source = Scene.Source("acme", address, "mail.acme.example") });
        Assert.True(result.IsBad);
        Assert.Contains(purpose, result.Seen, StringComparison.Ordinal);
        Assert.False(new PublicAddressCheck().Judge(new IdentityFacts { Source = Scene.Source("acme", address, "mail.acme.example"), TreatAsPublic = [IPRange.Parse($"{address}")] }).IsBad);
    }

    [Fact]
    public async Task Two_names_on_one_address_are_EH08_for_both()
    {
        var other = Scene.Source("beta", "203.0.113.5", "mail.beta.example", local: "10.0.0.6");
        var scene = new Scene(Acme, other);
        await scene.OpenAsync();
        await scene.ProbeAsync("acme");
        await scene.ProbeAsync("beta");
        Assert.Equal(["EH-08", "EH-08"], scene.Ledger.All.Select(standing => standing.Hold?.Check));
        Assert.Contains("mail.beta.example (beta)", scene.Of("acme").Hold!.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "EG-09")]
    [InlineData(true, null)]
    public async Task Two_brands_on_one_address_are_EG09_unless_they_say_shared(bool shared, string? check)
    {
        var first = Scene.Source("a", "203.0.113.5", "mail.neutral.example", local: "10.0.0.5") with { Shared = shared };
        var second = Scene.Source("b", "203.0.113.5", "mail.neutral.example", local: "10.0.0.6") with { Shared = shared };
        var sources = new SourceDirectory([first, second]);
        var scene = new Scene(first, second);
        scene.Model = IdentityModel.For("relay1", new BrandDirectory([Brand("x", "a"), Brand("y", "b")]), sources) with { TreatAsPublic = Scene.Documentation };
        scene.Dns.Identity("203.0.113.5", "mail.neutral.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("a");
        scene.Sight("a", "mx.witness.example", "203.0.113.5");
        Assert.Equal(check, scene.Of("a").Hold?.Check);
    }

    [Fact]
    public async Task Nodes_behind_one_translation_share_address_and_name()
    {
        var first = Scene.Source("a", "203.0.113.5", "mail.acme.example", local: "10.0.0.5");
        var second = Scene.Source("b", "203.0.113.5", "mail.acme.example", local: "10.0.0.6");
        var scene = new Scene(first, second);
        scene.Model = IdentityModel.For("relay1", new BrandDirectory([Brand("x", "a", "b")]), new SourceDirectory([first, second])) with { TreatAsPublic = Scene.Documentation };
        scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await scene.OpenAsync();
        await scene.ProbeAsync("a");
        scene.Sight("a", "mx.witness.example", "203.0.113.5");
        Assert.True(scene.Of("a").IsOpen);
    }

    [Fact]
    public async Task A_temporary_ipv6_address_is_refused()
    {
        var scene = new Scene(AcmeV6);
        scene.Dns.Identity("2001:db8::5", "mail.acme.example");
        scene.Interfaces.MakeTemporary("2001:db8::5");
        await scene.OpenAsync();
        await scene.ProbeAsync("acme-v6");
        Assert.Equal("EG-03", scene.Of("acme-v6").Hold?.Check);
        Assert.Contains("temporary", scene.Of("acme-v6").Hold!.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_of_two_brands_is_under_the_stricter_policy()
    {
        var model = IdentityModel.For("relay1", new BrandDirectory([Brand("x", "acme") with { Policy = IdentityPolicy.Observe }, Brand("y", "acme") with { Policy = IdentityPolicy.Forward }]), new SourceDirectory([Acme]));
        Assert.Equal(IdentityPolicy.Forward, model.PolicyOf(Acme.Id));
        Assert.Equal(IdentityPolicy.Strict, model.PolicyOf(new SourceId("nobody's")));
    }

    [Fact]
    public void The_hold_names_what_holds_on_every_route_first()
    {
        var order = IdentityChecks.All.Select(check => check.Id).ToList();
        var everywhere = new[] { "EG-02", "EG-03", "EH-01", "EH-02", "EH-03" };
        Assert.True(everywhere.Max(order.IndexOf) < order.Where(id => !everywhere.Contains(id)).Min(order.IndexOf));
    }

    private static Brand Brand(string id, params string[] sources) => new()
    {
        Id = new BrandId(id),
        SenderDomains = [DomainName.Parse($"{id}.example")],
        Sources = [.. sources.Select(source => new SourceId(source))],
    };

    private async Task<System.Collections.Immutable.ImmutableArray<CheckResult>> JudgeAsync(Source source, params Source[] pool) => IdentityChecks.Judge(new IdentityFacts
    {
        Source = source,
        Pool = [.. pool],
        TreatAsPublic = Scene.Documentation,
        Bind = new BindResult(true, null),
        Egress = new EgressFacts(null, false, null, null),
        Dns = await new IdentityProbe(_dns).LookAsync(source.PublicAddress, source.Ehlo, CancellationToken.None),
    });

    private static CheckOutcome[] Outcomes(IEnumerable<CheckResult> results, params string[] checks) => [.. checks.Select(check => results.Single(result => result.Check == check).Outcome)];

    private static void Bad(IEnumerable<CheckResult> results, string check, string seen, string expected, string fix)
    {
        var result = results.Single(result => result.Check == check);
        Assert.Equal(CheckOutcome.Bad, result.Outcome);
        Assert.Contains(seen, result.Seen, StringComparison.Ordinal);
        Assert.Contains(expected, result.Expected, StringComparison.Ordinal);
        Assert.Contains(fix, result.Fix, StringComparison.Ordinal);
    }

    private static DnsAnswer Answer(DomainName name, string server, string address) =>
        new(name, RecordType.A, DnsOutcome.Answer, [new AddressRecord(IPAddress.Parse(address), TimeSpan.FromHours(1))], [], TimeSpan.FromHours(1), server != "resolver", false, server, DateTimeOffset.UnixEpoch);

    private static DnsAnswer Silent(DomainName name, string server) =>
        new(name, RecordType.A, DnsOutcome.TimedOut, [], [], TimeSpan.Zero, false, false, server, DateTimeOffset.UnixEpoch);
}
