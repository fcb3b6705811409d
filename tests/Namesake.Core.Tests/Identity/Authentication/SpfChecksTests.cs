using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>AU-01, AU-02 and AU-03: what is right, what is wrong and who else is, what nobody can tell, and the record that puts it right.</summary>
public sealed class SpfChecksTests
{
    private readonly AuthenticationScene _scene = new();

    [Fact]
    public async Task In_order_what_DNS_shows_passes_and_what_must_be_asked_for_is_not_observable()
    {
        var results = await _scene.JudgeAsync();
        Assert.Equal(["AU-01", "AU-02", "AU-03", "AU-04", "AU-05", "AU-08"], results.Where(result => result.Outcome == CheckOutcome.Pass).Select(result => result.Check));
        Assert.Equal(["AU-06", "AU-07", "AU-09", "AU-10", "AU-11"], results.Where(result => result.Outcome == CheckOutcome.NotObservable).Select(result => result.Check));
        Assert.Equal(TimeSpan.FromMinutes(5), results[0].Ttl);
    }

    [Fact]
    public void Without_a_look_nothing_is_observable()
    {
        var facts = new IdentityFacts { Source = _scene.Source, Senders = _scene.Senders };
        Assert.All(AuthenticationAudit.All.Where(check => check.Id != "AU-08"), check => Assert.Equal(CheckOutcome.NotObservable, check.Judge(facts).Outcome));
    }

    [Fact]
    public async Task Without_a_known_sender_only_the_EHLO_name_is_judged()
    {
        _scene.Senders = [];
        Assert.Equal(["AU-02", "AU-03"], (await _scene.JudgeAsync()).Where(result => result.Outcome == CheckOutcome.Pass).Select(result => result.Check));
    }

    [Fact]
    public async Task A_domain_without_a_policy_gets_one()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "some-site-verification=1");
        var result = await _scene.OnlyBadAsync("AU-01");
        Assert.Equal("acme.example has no SPF record", result.Seen);
        Assert.StartsWith("Add the record acme.example. TXT \"v=spf1 ip4:203.0.113.5 ~all\"", result.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 -all", "v=spf1 ip4:203.0.113.5 -all")]
    [InlineData("v=spf1 ip4:192.0.2.0/24 ~all", "v=spf1 ip4:203.0.113.5 ip4:192.0.2.0/24 ~all")]
    [InlineData("v=spf1 mx ?all", "v=spf1 ip4:203.0.113.5 mx ?all")]
    [InlineData("v=spf1", "v=spf1 ip4:203.0.113.5")]
    [InlineData("V=SPF1 redirect=_spf.provider.example", "v=spf1 ip4:203.0.113.5 redirect=_spf.provider.example")]
    [InlineData("v=spf1 -ip4:203.0.113.0/24 ip4:203.0.113.5 -all", "v=spf1 ip4:203.0.113.5 -ip4:203.0.113.0/24 ip4:203.0.113.5 -all")]
    public async Task A_policy_that_does_not_list_the_address_is_completed_never_doubled(string published, string wanted)
    {
        _scene.Dns.With("_spf.provider.example TXT v=spf1 ip4:198.51.100.0/24 -all").Set("acme.example", RecordType.Txt, published);
        var result = await _scene.OnlyBadAsync("AU-01");
        Assert.StartsWith($"Change the SPF record to acme.example. TXT \"{wanted}\"", result.Fix, StringComparison.Ordinal);
        Assert.Contains("pass for 203.0.113.5", result.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_published_as_the_fix_passes()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 -ip4:203.0.113.0/24 include:_spf.provider.example -all").With("_spf.provider.example TXT v=spf1 mx:acme.example ?all");
        var fix = (await _scene.OnlyBadAsync("AU-01")).Fix;
        var text = fix[(fix.IndexOf('"', StringComparison.Ordinal) + 1)..];
        _scene.Dns.Set("acme.example", RecordType.Txt, text[..text.IndexOf('"', StringComparison.Ordinal)]);
        Assert.DoesNotContain(await _scene.JudgeAsync(), result => result.IsBad);
    }

    [Fact]
    public async Task A_pool_is_listed_whole_and_a_large_one_by_its_name()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 -all");
        _scene.Pool = [_scene.Source, Scene.Source("six", "2001:db8::5", "mail.acme.example"), Scene.Source("two", "203.0.113.6", "mail.acme.example")];
        Assert.Contains("\"v=spf1 ip4:203.0.113.5 ip6:2001:db8::5 ip4:203.0.113.6 -all\"", (await _scene.OfAsync("AU-01")).Fix, StringComparison.Ordinal);
        _scene.Pool = [.. Enumerable.Range(5, 8).Select(i => Scene.Source($"n{i}", $"203.0.113.{i}", "mail.acme.example"))];
        Assert.Contains("\"v=spf1 a:mail.acme.example -all\"", (await _scene.OfAsync("AU-01")).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_record_is_written_in_strings_that_fit()
    {
        var long1 = string.Join(' ', Enumerable.Range(1, 30).Select(i => $"ip4:198.51.100.{i}"));
        _scene.Dns.Set("acme.example", RecordType.Txt, $"v=spf1 {long1} -all");
        var strings = (await _scene.OnlyBadAsync("AU-01")).Fix.Split('"').Where((_, i) => i % 2 == 1).ToList();
        Assert.True(strings.Count > 1 && strings.All(one => one.Length <= 255));
        Assert.Equal($"v=spf1 ip4:203.0.113.5 {long1} -all", string.Concat(strings));
    }

    [Fact]
    public async Task Behind_an_alias_the_record_to_change_is_the_alias_target()
    {
        _scene.Dns.Without("acme.example", RecordType.Txt).Without("acme.example", RecordType.MX).With("acme.example CNAME www.host.example", "www.host.example TXT v=spf1 -all", "www.host.example MX 10 mx.acme.example");
        Assert.Contains("www.host.example. TXT \"v=spf1 ip4:203.0.113.5 -all\"", (await _scene.OfAsync("AU-01")).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_names_an_EHLO_name_with_a_wrong_address_is_that_names_fault()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 a:mail.acme.example -all").Set("mail.acme.example", RecordType.A, "198.51.100.9");
        var results = await _scene.JudgeAsync();
        Assert.DoesNotContain(results, result => result.IsBad);
        Assert.All(results.Where(result => result.Check is "AU-01" or "AU-02"), result => Assert.Equal(CheckOutcome.NotApplicable, result.Outcome));
        Assert.Contains("EH-05", results[0].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_family_is_judged_by_its_own_address()
    {
        _scene.Source = Scene.Source("six", "2001:db8::5", "mail.acme.example");
        _scene.Dns.With("mail.acme.example AAAA 2001:db8::5");
        Assert.Contains("ip6:2001:db8::5", (await _scene.OnlyBadAsync("AU-01")).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_return_paths_are_judged_each_and_the_bad_ones_named()
    {
        _scene.Senders = [.. _scene.Senders, new SenderIdentity { From = DomainName.Parse("beta.example"), ReturnPath = DomainName.Parse("beta.example"), Keys = _scene.Senders[0].Keys }];
        _scene.Dns.With("beta.example TXT v=spf1 -all", "beta.example MX 10 mx.acme.example", "_dmarc.beta.example TXT v=DMARC1; p=none");
        var result = (await _scene.JudgeAsync()).Single(result => result.Check == "AU-01");
        Assert.Equal(CheckOutcome.Bad, result.Outcome);
        Assert.StartsWith("beta.example: fail", result.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("acme.example:", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EHLO_name_without_a_policy_gets_the_shortest()
    {
        _scene.Dns.Without("mail.acme.example", RecordType.Txt);
        var result = await _scene.OnlyBadAsync("AU-02");
        Assert.Equal("Add the record mail.acme.example. TXT \"v=spf1 a -all\"", result.Fix);
        Assert.Equal(FindingSeverity.Warn, Catalogue.Find("AU-02")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    [Theory]
    [InlineData("v=spf1 moo -all", "moo")]
    [InlineData("v=spf1 ip4:203.0.113 -all", "ip4:203.0.113")]
    [InlineData("v=spf1 include:nowhere.example -all", "nowhere.example, which has no SPF record")]
    [InlineData("v=spf1 include:acme.example -all", "circle")]
    [InlineData("v=spf1 redirect=acme.example", "circle")]
    public async Task A_policy_that_receivers_cannot_evaluate_is_AU03_and_not_AU01(string published, string seen)
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, published);
        var result = await _scene.OnlyBadAsync("AU-03");
        Assert.Contains(seen, result.Seen, StringComparison.Ordinal);
        Assert.Contains("Correct the SPF record of acme.example", result.Fix, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.NotApplicable, (await _scene.OfAsync("AU-01")).Outcome);
    }

    [Fact]
    public async Task Two_policies_become_one()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 ip4:203.0.113.5 mx -all", "v=spf1 mx include:_spf.provider.example ~all").With("_spf.provider.example TXT v=spf1 ip4:198.51.100.1 -all");
        var result = await _scene.OnlyBadAsync("AU-03");
        Assert.Equal("Replace all of them by one record: acme.example. TXT \"v=spf1 ip4:203.0.113.5 mx include:_spf.provider.example ~all\"", result.Fix);
    }

    [Fact]
    public async Task Too_many_look_ups_are_told_even_where_our_own_address_matches_before()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, $"v=spf1 ip4:203.0.113.5 {string.Join(' ', Enumerable.Repeat("mx", 11))} -all");
        var result = await _scene.OnlyBadAsync("AU-03");
        Assert.Contains("11 terms ask DNS, 10 are allowed", result.Seen, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Pass, (await _scene.OfAsync("AU-01")).Outcome);
    }

    [Fact]
    public async Task Terms_that_find_nothing_are_named()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 ip4:203.0.113.5 a:old1.acme.example a:old2.acme.example mx:old3.acme.example -all");
        Assert.Contains("\"a:old2.acme.example\"", (await _scene.OnlyBadAsync("AU-03")).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_find_nothing_are_allowed_and_a_host_of_one_family_finds_something()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 ip4:203.0.113.5 a:old1.acme.example a:old2.acme.example a:mail.acme.example -all");
        Assert.DoesNotContain(await _scene.JudgeAsync(), result => result.IsBad);
    }

    [Fact]
    public async Task A_ptr_term_is_a_warning_with_addresses_in_its_place()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 mx ptr -all");
        var result = await _scene.OnlyBadAsync("AU-03");
        Assert.Equal(FindingSeverity.Warn, Catalogue.Find("AU-03")!.SeverityUnder(IdentityPolicy.Strict, result));
        Assert.Contains("acme.example. TXT \"v=spf1 mx ip4:203.0.113.5 -all\"", result.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsOutcome.TimedOut)]
    [InlineData(DnsOutcome.ServerFailure)]
    [InlineData(DnsOutcome.Refused)]
    [InlineData(DnsOutcome.Lame)]
    public async Task Servers_in_trouble_are_unknown(DnsOutcome trouble)
    {
        _scene.Dns.Trouble("acme.example", RecordType.Txt, trouble);
        var results = await _scene.JudgeAsync();
        Assert.Equal(["AU-01", "AU-03"], results.Where(result => result.Outcome == CheckOutcome.Unknown).Select(result => result.Check));
        Assert.DoesNotContain(results, result => result.IsBad);
        Assert.NotEqual(UnknownCause.None, results[0].Cause);
    }

    [Fact]
    public async Task An_included_policy_nobody_answers_for_is_unknown_where_it_decides()
    {
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 include:_spf.provider.example -all").Silence("provider.example");
        Assert.Equal(CheckOutcome.Unknown, (await _scene.OfAsync("AU-01")).Outcome);
        _scene.Dns.Set("acme.example", RecordType.Txt, "v=spf1 ip4:203.0.113.5 include:_spf.provider.example -all");
        Assert.Equal((CheckOutcome.Pass, CheckOutcome.Unknown), ((await _scene.OfAsync("AU-01")).Outcome, (await _scene.OfAsync("AU-03")).Outcome));
    }

    [Fact]
    public async Task A_change_on_its_way_is_unknown_until_all_servers_have_it()
    {
        _scene.Dns.Lag("acme.example", RecordType.Txt, "v=spf1 -all");
        var result = await _scene.OfAsync("AU-01");
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.PartlyPropagated), (result.Outcome, result.Cause));
        _scene.Dns.Lag("acme.example", RecordType.Txt, "v=spf1 a:mail.acme.example -all"); // another record, the same result
        Assert.Equal(CheckOutcome.Pass, (await _scene.OfAsync("AU-01")).Outcome);
    }
}
