using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Tests.Identity;

/// <summary>PT-05 to PT-14: each failing, with exactly which others fail beside it, passing, and not to be told.</summary>
public sealed class PointerChecksTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly NameLook _look = NameLook.InOrder();

    private ScriptedDns Dns => _look.Dns;

    [Fact]
    public async Task An_identity_in_order_fails_nothing()
    {
        var results = await _look.FailsAsync("");
        Assert.All(results.Where(result => result.Check is "PT-05" or "PT-06" or "PT-07" or "PT-08" or "PT-09" or "PT-10" or "PT-11" or "PT-13" or "EH-06" or "EH-07" or "EH-09" or "EH-11"),
            result => Assert.Equal((result.Check, CheckOutcome.Pass), (result.Check, result.Outcome)));
    }

    [Fact]
    public async Task Nothing_is_said_of_names_where_there_is_no_pointer()
    {
        Dns.Pointer("203.0.113.5");
        var results = await _look.FailsAsync("PT-01");
        Assert.All(results.Where(result => result.Check is "PT-05" or "PT-06" or "PT-07" or "PT-08" or "PT-09" or "PT-10" or "PT-11" or "PT-13"),
            result => Assert.Equal((result.Check, CheckOutcome.NotApplicable), (result.Check, result.Outcome)));
    }

    [Fact]
    public async Task While_the_reverse_zone_is_silent_nothing_is_bad_and_nothing_passes()
    {
        Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        var results = await _look.FailsAsync("");
        Assert.All(results.Where(result => result.Check is "PT-05" or "PT-06" or "PT-07" or "PT-08" or "PT-09" or "PT-10" or "PT-11" or "PT-13" or "PT-14"),
            result => Assert.Equal((result.Check, CheckOutcome.Unknown), (result.Check, result.Outcome)));
    }

    [Fact]
    public void What_nobody_looked_at_is_not_observable()
    {
        var results = Catalogue.Judge(new IdentityFacts { Source = NameLook.Acme });
        Assert.All(results.Where(result => result.Check.StartsWith("PT", StringComparison.Ordinal) && result.Check != "PT-02"), result => Assert.Equal((result.Check, CheckOutcome.NotObservable), (result.Check, result.Outcome)));
    }

    [Fact]
    public async Task Several_names_that_all_confirm_are_PT05_alone()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "www.acme.example");
        Dns.Set("www.acme.example", RecordType.A, "203.0.113.5");
        var result = NameLook.Of(await _look.FailsAsync("PT-05"), "PT-05");
        Assert.Equal(("2 PTR names: mail.acme.example, www.acme.example", null), (result.Seen, result.Severity));
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(11, FindingSeverity.Hold)]
    public async Task More_than_ten_names_are_graver(int names, FindingSeverity? severity)
    {
        Dns.Pointer("203.0.113.5", [.. Enumerable.Range(1, names - 1).Select(i => $"w{i}.acme.example"), "mail.acme.example"]);
        Assert.Equal(severity, (await _look.ResultAsync("PT-05")).Severity);
    }

    [Fact]
    public async Task A_second_name_on_its_way_is_not_known_yet()
    {
        Dns.Lag("5.113.0.203.in-addr.arpa", RecordType.Ptr, "mail.acme.example", "www.acme.example");
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.PartlyPropagated), await OutcomeAsync("PT-05"));
    }

    [Fact]
    public async Task A_second_name_that_leads_elsewhere_is_PT06_beside_PT05()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "www.acme.example");
        Dns.Set("www.acme.example", RecordType.A, "198.51.100.9");
        var result = NameLook.Of(await _look.FailsAsync("PT-05 PT-06"), "PT-06");
        Assert.Equal("www.acme.example does not lead back to 203.0.113.5", result.Seen);
    }

    [Fact]
    public async Task Where_no_name_confirms_PT03_says_it_and_PT06_does_not_apply()
    {
        Dns.Pointer("203.0.113.5", "www.acme.example");
        Dns.Set("www.acme.example", RecordType.A, "198.51.100.9");
        Assert.Equal(CheckOutcome.NotApplicable, NameLook.Of(await _look.FailsAsync("PT-03 PT-04"), "PT-06").Outcome);
    }

    [Fact]
    public async Task A_second_name_whose_zone_is_silent_is_not_known()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "www.other.example");
        Dns.Trouble("other.example", DnsOutcome.ServerFailure);
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.Trouble), await OutcomeAsync("PT-06"));
        Assert.Equal(CheckOutcome.Unknown, (await _look.ResultAsync("PT-07")).Outcome);
    }

    [Fact]
    public async Task Names_beyond_the_tenth_were_not_looked_at_and_are_not_blamed()
    {
        string[] names = [.. Enumerable.Range(1, 11).Select(i => $"w{i}.acme.example"), "mail.acme.example"];
        foreach (var name in names)
            Dns.Set(name, RecordType.A, "203.0.113.5");
        Dns.Pointer("203.0.113.5", names);
        var result = await _look.ResultAsync("PT-06");
        Assert.Equal(CheckOutcome.Unknown, result.Outcome);
        Assert.Contains("2 of the names were not looked up", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_an_alias_is_PT07_alone()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "alias.acme.example");
        Dns.Alias("alias.acme.example", "mail.acme.example");
        var result = NameLook.Of(await _look.FailsAsync("PT-05 PT-07"), "PT-07");
        Assert.Equal("alias.acme.example is an alias (CNAME) of mail.acme.example", result.Seen);
    }

    [Fact]
    public async Task An_alias_that_leads_nowhere_is_told_as_such()
    {
        Dns.Pointer("203.0.113.5", "alias.acme.example");
        Dns.Alias("alias.acme.example", "gone.acme.example");
        Assert.Equal("alias.acme.example is an alias (CNAME) of gone.acme.example, which has no address", NameLook.Of(await _look.FailsAsync("PT-03 PT-04 PT-07"), "PT-07").Seen);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_PT07_beside_PT03()
    {
        Dns.Pointer("203.0.113.5", "gone.acme.example");
        Assert.Equal("gone.acme.example does not exist (NXDOMAIN)", NameLook.Of(await _look.FailsAsync("PT-03 PT-04 PT-07"), "PT-07").Seen);
    }

    [Fact]
    public async Task A_name_without_an_address_is_told_apart_from_one_that_does_not_exist()
    {
        Dns.Pointer("203.0.113.5", "empty.acme.example");
        Dns.Set("empty.acme.example", RecordType.MX, "mail.acme.example");
        Assert.Equal("empty.acme.example has neither A nor AAAA record", NameLook.Of(await _look.FailsAsync("PT-03 PT-04 PT-07"), "PT-07").Seen);
    }

    [Fact]
    public async Task A_name_of_the_other_family_exists()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "six.acme.example");
        Dns.Set("six.acme.example", RecordType.Aaaa, "2001:db8::5");
        Assert.Equal(CheckOutcome.Pass, NameLook.Of(await _look.FailsAsync("PT-05 PT-06"), "PT-07").Outcome);
    }

    [Fact]
    public async Task A_name_that_a_wildcard_answers_is_only_warned_about()
    {
        Dns.Wildcard("acme.example", RecordType.A, "203.0.113.5");
        var result = NameLook.Of(await _look.FailsAsync("PT-07"), "PT-07");
        Assert.Equal((FindingSeverity.Warn, "mail.acme.example answers as any other name beside it does: a wildcard"), (result.Severity, result.Seen));
    }

    [Fact]
    public async Task A_wildcard_that_answers_otherwise_shows_that_the_name_has_a_record_of_its_own()
    {
        Dns.Wildcard("acme.example", RecordType.A, "198.51.100.9");
        await _look.FailsAsync("");
    }

    [Theory]
    [InlineData("mail_1.acme.example", "PT-03 PT-04 PT-07 PT-08")]
    [InlineData("mail.acme.lan", "PT-03 PT-04 PT-07 PT-08")]
    [InlineData("mail.acme.invalid", "PT-03 PT-04 PT-07 PT-08")]
    [InlineData("no name!.example", "PT-03 PT-04 PT-08")]
    [InlineData("192.0.2.5", "PT-03 PT-04 PT-08")]
    [InlineData("xn--mail-acme-", "PT-03 PT-04 PT-10")]
    public async Task What_is_no_host_name_of_the_public_DNS_is_PT08(string pointer, string failing)
    {
        Dns.Pointer("203.0.113.5", pointer);
        await _look.FailsAsync(failing);
    }

    [Theory]
    [InlineData("203-0-113-5.pool.provider.example")]
    [InlineData("host-5-113-0-203.provider.example")]
    [InlineData("dhcp-17.provider.example")]
    public async Task A_providers_default_is_PT09_even_where_it_confirms(string pointer)
    {
        Dns.Pointer("203.0.113.5", pointer);
        Dns.Set(pointer, RecordType.A, "203.0.113.5");
        var result = NameLook.Of(await _look.FailsAsync("PT-04 PT-09"), "PT-09");
        Assert.StartsWith(pointer, result.Seen, StringComparison.Ordinal);
        Assert.Contains("Change the PTR record to 5.113.0.203.in-addr.arpa. PTR mail.acme.example.", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generic_EHLO_name_is_EH11_and_PT09_and_its_fix_is_another_name()
    {
        var source = Scene.Source("acme", "203.0.113.5", "host-203-0-113-5.acme.example");
        Dns.Set("host-203-0-113-5.acme.example", RecordType.A, "203.0.113.5");
        Dns.Pointer("203.0.113.5", "host-203-0-113-5.acme.example");
        Assert.StartsWith("Choose another EHLO name", NameLook.Of(await _look.FailsAsync("EH-11 PT-09", source), "PT-09").Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost.localdomain")]
    [InlineData("mail")]
    [InlineData("")]
    public async Task A_pointer_without_a_domain_holds(string pointer)
    {
        Dns.Pointer("203.0.113.5", pointer);
        Assert.Equal(FindingSeverity.Hold, (await _look.ResultAsync("PT-10")).Severity);
        Assert.NotEqual(CheckOutcome.Bad, (await _look.ResultAsync("PT-08")).Outcome); // said once
    }

    [Fact]
    public async Task Localhost_beside_a_good_name_is_told_and_does_not_hold()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example", "localhost");
        Assert.Equal(FindingSeverity.Fail, (await _look.ResultAsync("PT-10")).Severity);
    }

    [Fact]
    public async Task PT11_shows_how_names_were_compared_and_always_passes()
    {
        var source = Scene.Source("acme", "203.0.113.5", "Mail.Bücher.example.");
        Dns.Identity("203.0.113.5", "mail.xn--bcher-kva.example");
        var result = NameLook.Of(await _look.FailsAsync("", source), "PT-11");
        Assert.Equal((CheckOutcome.Pass, "EHLO mail.xn--bcher-kva.example (mail.bücher.example) with PTR mail.xn--bcher-kva.example (mail.bücher.example)"), (result.Outcome, result.Seen));
    }

    [Theory]
    [InlineData(0, 40, CheckOutcome.Pass)]
    [InlineData(2, 40, CheckOutcome.Pass)]
    [InlineData(3, 40, CheckOutcome.Bad)]
    [InlineData(3, 2, CheckOutcome.Bad)]
    [InlineData(0, 29, CheckOutcome.Unknown)]
    [InlineData(2, 29, CheckOutcome.Unknown)]
    public async Task Three_changes_in_thirty_days_are_a_habit(int changes, int watchedDays, CheckOutcome outcome)
    {
        _look.History = Empty with
        {
            PointersSince = Now.AddDays(-watchedDays),
            PointerChanges = [.. Enumerable.Range(0, changes).Select(i => new PointerChange(Now.AddHours(i - 24), i == 0 ? "" : "a.example", "b.example"))],
        };
        var result = NameLook.Of(await _look.FailsAsync(outcome == CheckOutcome.Bad ? "PT-12" : ""), "PT-12");
        Assert.Equal(outcome, result.Outcome);
    }

    [Fact]
    public async Task Nobody_who_has_not_watched_can_tell_whether_it_is_stable()
    {
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("PT-12")).Outcome);
        _look.History = Empty;
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("PT-12")).Outcome);
    }

    [Theory]
    [InlineData(0, CheckOutcome.Bad)]
    [InlineData(299, CheckOutcome.Bad)]
    [InlineData(300, CheckOutcome.Pass)]
    [InlineData(86_400, CheckOutcome.Pass)]
    [InlineData(86_401, CheckOutcome.Bad)]
    public async Task A_TTL_is_sane_from_five_minutes_to_a_day(int seconds, CheckOutcome outcome)
    {
        Dns.Ttl = TimeSpan.FromSeconds(seconds);
        Assert.Equal(outcome, NameLook.Of(await _look.FailsAsync(outcome == CheckOutcome.Bad ? "PT-13" : ""), "PT-13").Outcome);
    }

    [Theory]
    [InlineData(60, CheckOutcome.Unknown)]
    [InlineData(100_000, CheckOutcome.Bad)]
    public async Task A_resolvers_short_TTL_is_what_is_left_of_it(int seconds, CheckOutcome outcome)
    {
        Dns.ResolverOnly = true;
        Dns.Ttl = TimeSpan.FromSeconds(seconds);
        Assert.Equal(outcome, (await _look.ResultAsync("PT-13")).Outcome);
    }

    [Fact]
    public async Task Neighbours_are_shown_and_a_block_of_defaults_counts_for_nothing()
    {
        foreach (var last in Enumerable.Range(1, 9).Where(last => last != 5))
            Dns.Pointer($"203.0.113.{last}", $"203-0-113-{last}.provider.example");
        var result = NameLook.Of(await _look.FailsAsync("PT-14"), "PT-14");
        Assert.Equal("of 8 addresses beside ours 8 have a PTR name, 8 a provider's default; domains: provider.example", result.Seen);
        Assert.Equal(FindingSeverity.Info, Catalogue.Find("PT-14")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    [Fact]
    public async Task Neighbours_with_names_pass()
    {
        Dns.Pointer("203.0.113.6", "mail.beta.example");
        Assert.Equal((CheckOutcome.Pass, "of 8 addresses beside ours 1 have a PTR name, 0 a provider's default; domains: beta.example"),
            (await _look.ResultAsync("PT-14")) is var result ? (result.Outcome, result.Seen) : default);
    }

    private static HistoryFacts Empty => new(Now, null, [], [], [], null, []);

    private async Task<(CheckOutcome, UnknownCause)> OutcomeAsync(string check) => await _look.ResultAsync(check) is var result ? (result.Outcome, result.Cause) : default;
}
