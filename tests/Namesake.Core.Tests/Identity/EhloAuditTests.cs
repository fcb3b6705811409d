using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>EH-06 to EH-14: each failing, with exactly which others fail beside it, passing, and not to be told.</summary>
public sealed class EhloAuditTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Source Second = Scene.Source("acme2", "203.0.113.6", "mail.acme.example");
    private readonly NameLook _look = NameLook.InOrder();

    private ScriptedDns Dns => _look.Dns;

    [Fact]
    public async Task An_alias_is_EH06_and_as_the_PTR_name_PT07_too()
    {
        Dns.Remove("mail.acme.example", RecordType.A);
        Dns.Alias("mail.acme.example", "edge.acme.example");
        Dns.Set("edge.acme.example", RecordType.A, "203.0.113.5");
        var result = NameLook.Of(await _look.FailsAsync("EH-06 PT-07"), "EH-06");
        Assert.Equal("mail.acme.example is an alias of edge.acme.example", result.Seen);
        Assert.StartsWith("Remove the CNAME of mail.acme.example, then: Add the record mail.acme.example. A 203.0.113.5", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_zone_of_the_name_is_unknown_to_all_of_them()
    {
        Dns.Trouble("acme.example", DnsOutcome.TimedOut);
        var results = await _look.FailsAsync("");
        Assert.All(results.Where(result => result.Check is "EH-06" or "EH-07" or "PT-06" or "PT-07"), result => Assert.Equal((result.Check, CheckOutcome.Unknown), (result.Check, result.Outcome)));
    }

    [Fact]
    public async Task An_address_of_somebody_else_is_EH07()
    {
        Dns.Set("mail.acme.example", RecordType.A, "203.0.113.5", "198.51.100.9");
        Dns.Pointer("198.51.100.9", "edge-7.cdn.example");
        var result = NameLook.Of(await _look.FailsAsync("EH-07"), "EH-07");
        Assert.Equal("mail.acme.example also leads to 198.51.100.9, whose PTR names are others", result.Seen);
    }

    [Fact]
    public async Task An_address_of_somebody_else_in_the_other_family_is_EH07_too()
    {
        Dns.Set("mail.acme.example", RecordType.Aaaa, "2001:db8::80");
        await _look.FailsAsync("EH-07");
    }

    [Fact]
    public async Task Addresses_whose_PTR_bears_the_name_are_its_own_though_nobody_configured_them()
    {
        Dns.Set("mail.acme.example", RecordType.A, "203.0.113.5", "198.51.100.9");
        Dns.Pointer("198.51.100.9", "mail.acme.example");
        Dns.Identity("2001:db8::5", "mail.acme.example");
        await _look.FailsAsync("");
    }

    [Fact]
    public async Task Addresses_of_the_pool_need_no_PTR_to_be_its_own()
    {
        Dns.Set("mail.acme.example", RecordType.A, "203.0.113.5", "203.0.113.6");
        await _look.FailsAsync("", NameLook.Acme, NameLook.Acme, Second);
    }

    [Fact]
    public async Task An_address_whose_PTR_cannot_be_told_accuses_nobody()
    {
        Dns.Set("mail.acme.example", RecordType.A, "203.0.113.5", "198.51.100.9");
        Dns.Trouble("100.51.198.in-addr.arpa", DnsOutcome.TimedOut);
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync(""), "EH-07").Outcome);
    }

    [Fact]
    public async Task A_foreign_address_that_only_one_server_gives_is_on_its_way()
    {
        Dns.Lag("mail.acme.example", RecordType.A, "203.0.113.5", "198.51.100.9");
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync(""), "EH-07").Outcome);
    }

    [Fact]
    public async Task A_name_with_a_thousand_addresses_costs_no_thousand_questions()
    {
        Dns.Set("mail.acme.example", RecordType.A, [.. Enumerable.Range(0, 1000).Select(i => $"198.18.{i / 250}.{i % 250 + 1}"), "203.0.113.5"]);
        await _look.JudgeAsync();
        Assert.InRange(Dns.Questions, 1, 40);
    }

    [Fact]
    public async Task A_member_of_the_pool_that_the_name_does_not_list_is_EH09_for_the_others()
    {
        Dns.Pointer("203.0.113.6", "mail.acme.example");
        var result = NameLook.Of(await _look.FailsAsync("EH-09", NameLook.Acme, NameLook.Acme, Second), "EH-09");
        Assert.Equal("mail.acme.example A 203.0.113.5; 203.0.113.6 says the name and is not in it", result.Seen);
        await _look.FailsAsync("EH-05 PT-03", Second, NameLook.Acme, Second); // its own fault has its own name
    }

    [Fact]
    public async Task A_complete_pool_passes_and_one_address_is_no_pool()
    {
        Assert.Equal("203.0.113.5 alone says mail.acme.example", (await _look.ResultAsync("EH-09")).Seen);
        Dns.Identity("203.0.113.6", "mail.acme.example");
        Assert.Equal(CheckOutcome.Pass, NameLook.Of(await _look.FailsAsync("", NameLook.Acme, NameLook.Acme, Second), "EH-09").Outcome);
    }

    [Fact]
    public async Task A_member_that_servers_disagree_about_is_not_known()
    {
        Dns.Identity("203.0.113.6", "mail.acme.example");
        Dns.Lag("mail.acme.example", RecordType.A, "203.0.113.5");
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync("", NameLook.Acme, NameLook.Acme, Second), "EH-09").Outcome);
    }

    [Fact]
    public async Task A_generic_name_is_EH11_and_nobody_need_ask_DNS_for_it()
    {
        var source = Scene.Source("acme", "203.0.113.5", "dhcp-17.provider.example");
        var result = new NameChosenCheck().Judge(new IdentityFacts { Source = source });
        Assert.Equal((CheckOutcome.Bad, "dhcp-17.provider.example: \"dhcp\" is a word for lines of customers"), (result.Outcome, result.Seen));
        Dns.Identity("203.0.113.5", "dhcp-17.provider.example");
        await _look.FailsAsync("EH-11 PT-09", source);
    }

    [Fact]
    public async Task A_receiver_with_our_name_is_EH10_alone_and_of_the_lane()
    {
        _look.History = Empty with { OwnNames = [new OwnNameReceiver("mail.acme.example", "acme.example", Now)] };
        var result = NameLook.Of(await _look.FailsAsync("EH-10"), "EH-10");
        Assert.StartsWith("mail.acme.example (since 2026-03-01 00:00 UTC) would be greeted with its own name", result.Seen, StringComparison.Ordinal);
        var check = Catalogue.Find("EH-10")!;
        Assert.Equal((CheckScope.Lane, FindingSeverity.Hold, FindingSeverity.Fail), (check.Card.Scope, check.SeverityUnder(IdentityPolicy.Forward), check.SeverityUnder(IdentityPolicy.Observe)));
    }

    [Fact]
    public async Task Whether_a_receiver_has_our_name_only_the_node_that_sends_can_tell()
    {
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-10")).Outcome);
        _look.History = Empty;
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-10")).Outcome);
        _look.History = Empty with { Greeting = new Greeting("mx.example.org", "mail.acme.example", null, Now) };
        Assert.Equal(CheckOutcome.Pass, (await _look.ResultAsync("EH-10")).Outcome);
    }

    [Fact]
    public async Task Lists_are_not_asked_here() => Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-12")).Outcome);

    [Fact]
    public async Task A_neighbour_that_bears_the_name_is_EH13()
    {
        Dns.Pointer("203.0.113.6", "mail.acme.example");
        Assert.Equal("203.0.113.6 bears mail.acme.example as PTR", NameLook.Of(await _look.FailsAsync("EH-13"), "EH-13").Seen);
        await _look.FailsAsync("EH-09", NameLook.Acme, NameLook.Acme, Second); // as a source of ours it is no stranger
    }

    [Fact]
    public async Task An_address_the_name_has_left_and_that_still_bears_it_is_EH13()
    {
        _look.History = Empty with { FormerAddresses = [new FormerAddress(IPAddress.Parse("198.51.100.9"), Now.AddDays(-7))] };
        Assert.Equal((CheckOutcome.Pass, "none of 9 other addresses bears mail.acme.example"), await OutcomeAsync("EH-13"));
        Dns.Pointer("198.51.100.9", "mail.acme.example");
        Assert.Equal("198.51.100.9 (left on 2026-02-22) bears mail.acme.example as PTR", NameLook.Of(await _look.FailsAsync("EH-13"), "EH-13").Seen);
    }

    [Fact]
    public async Task Without_a_history_nobody_can_say_that_nobody_else_bears_the_name() => Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-13")).Outcome);

    [Fact]
    public async Task Where_no_other_address_can_be_asked_about_it_is_unknown()
    {
        _look.History = Empty;
        Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync(""), "EH-13").Outcome);
    }

    [Theory]
    [InlineData("mail.acme.example", CheckOutcome.Pass)]
    [InlineData("other.acme.example", CheckOutcome.Bad)]
    [InlineData(null, CheckOutcome.NotObservable)]
    public async Task The_name_after_STARTTLS_is_the_one_before(string? after, CheckOutcome outcome)
    {
        _look.History = Empty with { Greeting = new Greeting("mx.example.org", "mail.acme.example", after, Now) };
        Assert.Equal(outcome, NameLook.Of(await _look.FailsAsync(outcome == CheckOutcome.Bad ? "EH-14" : ""), "EH-14").Outcome);
    }

    [Fact]
    public async Task Before_the_first_session_nobody_knows_what_is_said_after_STARTTLS()
    {
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-14")).Outcome);
        _look.History = Empty;
        Assert.Equal(CheckOutcome.NotObservable, (await _look.ResultAsync("EH-14")).Outcome);
    }

    [Fact]
    public async Task Another_name_within_the_window_is_told_and_holds_nothing()
    {
        _look.History = Empty with { OtherNames = [new FormerName("old.acme.example", "acme", Now.AddDays(-3))] };
        var result = NameLook.Of(await _look.FailsAsync("EH-08"), "EH-08");
        Assert.Equal((FindingSeverity.Warn, "203.0.113.5 said old.acme.example until 2026-02-26 00:00 UTC before mail.acme.example"), (result.Severity, result.Seen));
        Assert.Equal(FindingSeverity.Warn, Catalogue.Find("EH-08")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    [Fact]
    public async Task An_MX_beside_a_missing_address_is_told_to_be_not_enough()
    {
        Dns.Remove("mail.acme.example", RecordType.A);
        Dns.Set("mail.acme.example", RecordType.MX, "mx.acme.example");
        var result = NameLook.Of(await _look.FailsAsync("EH-04 PT-03 PT-07"), "EH-04");
        Assert.EndsWith("it has an MX record, which is not enough", result.Seen, StringComparison.Ordinal);
        Dns.Set("mail.acme.example", RecordType.MX, "."); // a null MX promises nothing
        Assert.DoesNotContain("MX record", (await _look.ResultAsync("EH-04")).Seen, StringComparison.Ordinal);
    }

    private static HistoryFacts Empty => new(Now, Now.AddDays(-60), [], [], [], null, []);

    private async Task<(CheckOutcome, string)> OutcomeAsync(string check) => await _look.ResultAsync(check) is var result ? (result.Outcome, result.Seen) : default;
}
