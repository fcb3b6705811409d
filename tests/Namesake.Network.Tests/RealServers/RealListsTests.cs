using System.Net;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>The checks of group RP against lists that a real BIND serves.</summary>
public sealed class RealListsTests(RealLists lists) : IClassFixture<RealLists>
{
    [Theory]
    [InlineData("203.0.113.5", "RP-02 RP-05", "CSS: a source of spam")]
    [InlineData("203.0.113.6", "RP-01", "PBL: its network says that it sends no mail itself (127.0.0.10)")]
    [InlineData("203.0.113.7", "", "")]
    [InlineData("2001:db8::5", "RP-01", "PBL: by Spamhaus' own knowledge")]
    [InlineData("2001:db8::6", "", "")]
    public async Task A_listing_fails_the_check_of_its_kind_with_the_lists_reason(string address, string bad, string seen)
    {
        await lists.StartedAsync();
        var facts = await LookAsync(address, "good.example");
        Assert.Equal(bad, BadOnes(facts));
        Assert.Equal(CheckOutcome.Pass, Result(facts, "RP-03").Outcome);
        Assert.Contains(seen, string.Concat(ReputationAudit.All.Select(check => check.Judge(facts).Seen)), StringComparison.Ordinal);
        if (bad.Contains("RP-05", StringComparison.Ordinal))
            Assert.Contains("\"Listed by CSS, seen with HELO pc-7.lan.example, see https://www.example.org/query/203.0.113.5\"", Result(facts, "RP-02").Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refusing.example", CheckOutcome.Unknown, "you ask through a public resolver")]
    [InlineData("overrun.example", CheckOutcome.Unknown, "too many questions")]
    [InlineData("elsewhere.invalid", CheckOutcome.Unknown, "REFUSED")]
    [InlineData("world.example", CheckOutcome.Bad, "lists the world")]
    [InlineData("parked.example", CheckOutcome.Bad, "198.51.100.80, which is no code of a list")]
    [InlineData("empty.example", CheckOutcome.Bad, "doesn't list 127.0.0.2, its own test entry")]
    public async Task What_is_no_answer_lists_nobody(string zone, CheckOutcome answers, string words)
    {
        await lists.StartedAsync();
        var facts = await LookAsync("203.0.113.5", zone);
        Assert.Equal(answers == CheckOutcome.Bad ? "RP-03" : "", BadOnes(facts));
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown, answers], [Result(facts, "RP-01").Outcome, Result(facts, "RP-02").Outcome, Result(facts, "RP-03").Outcome]);
        Assert.Contains(words, Result(facts, "RP-03").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_list_keeps_its_say_beside_a_broken_one()
    {
        await lists.StartedAsync();
        Assert.Equal("RP-01 RP-03", BadOnes(await LookAsync("203.0.113.6", "world.example", "good.example")));
        Assert.Equal(CheckOutcome.Pass, Result(await LookAsync("203.0.113.7", "world.example", "good.example"), "RP-01").Outcome);
    }

    [Fact]
    public async Task A_list_of_domains_is_tested_by_its_own_names()
    {
        await lists.StartedAsync();
        var facts = await LookAsync("203.0.113.7", [RealLists.List("names.example", ListKind.Domain) with { Codes = [] }]);
        Assert.Equal([("mail.acme.example", ListState.NotListed, ""), ("acme.example", ListState.Listed, "spam")], facts.Listing!.Lists.Select(answer => (answer.Subject, answer.State, answer.Reason)));
        Assert.Equal(CheckOutcome.Pass, Result(facts, "RP-03").Outcome);
        Assert.Equal((CheckOutcome.Bad, "acme.example is on names.example: listed (127.0.1.2) \"spam\""), (Result(facts, "EH-12").Outcome, Result(facts, "EH-12").Seen));
    }

    private Task<IdentityFacts> LookAsync(string address, params string[] zones) => LookAsync(address, [.. zones.Select(zone => RealLists.List(zone))]);

    private async Task<IdentityFacts> LookAsync(string address, DnsList[] asked)
    {
        using var resolver = lists.Resolver();
        var source = new Source { Id = new SourceId("acme"), LocalAddress = IPAddress.Parse(address), PublicAddress = IPAddress.Parse(address), Ehlo = HostName.Parse("mail.acme.example") };
        var facts = new IdentityFacts { Source = source, Pool = [source] };
        var probe = new ListingProbe(resolver, null, new ListingOptions { Lists = [.. asked] }, TimeProvider.System);
        return (await probe.LookAsync(facts, TestContext.Current.CancellationToken))(facts);
    }

    private static string BadOnes(IdentityFacts facts) => string.Join(' ', ReputationAudit.All.Where(check => check.Judge(facts).IsBad).Select(check => check.Id));

    private static CheckResult Result(IdentityFacts facts, string check) => Catalogue.Find(check)!.Judge(facts);
}
