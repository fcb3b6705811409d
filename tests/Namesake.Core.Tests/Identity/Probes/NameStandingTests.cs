using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using static Namesake.Core.Tests.Identity.Probes.InboundScene;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>EH-12: what lists of domains say of the EHLO name and its domain.</summary>
public sealed class NameStandingTests
{
    [Fact]
    public async Task A_listed_domain_is_EH12_with_the_lists_reason()
    {
        var result = await JudgeAsync(Answer("names.example", ListState.Listed, "on names.example: spam (127.0.1.2)") with { Subject = "acme.example", Reason = "seen in spam" });
        Assert.Equal((CheckOutcome.Bad, "acme.example is on names.example: spam (127.0.1.2) \"seen in spam\""), (result.Outcome, result.Seen));
        Assert.StartsWith("Ask names.example why", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_addresses_says_nothing_about_the_name()
    {
        Assert.Equal(CheckOutcome.NotObservable, (await JudgeAsync(Answer("zen.example", ListState.Listed, "") with { Kinds = [ListKind.Css] })).Outcome);
        Assert.Equal(CheckOutcome.NotObservable, (await JudgeAsync()).Outcome);
    }

    [Theory]
    [InlineData(ListState.Silent, UnknownCause.Silent)]
    [InlineData(ListState.Refused, UnknownCause.Trouble)]
    [InlineData(ListState.Broken, UnknownCause.Trouble)]
    public async Task What_is_no_answer_is_unknown(ListState state, UnknownCause cause)
    {
        var result = await JudgeAsync(Answer("names.example", state, "why"));
        Assert.Equal((CheckOutcome.Unknown, cause, "why"), (result.Outcome, result.Cause, result.Seen));
    }

    [Fact]
    public async Task A_good_list_keeps_its_say_beside_a_broken_one()
    {
        Assert.Equal(CheckOutcome.Bad, (await JudgeAsync(Answer("old.example", ListState.Broken, ""), Answer("names.example", ListState.Listed, ""))).Outcome);
        var passed = await JudgeAsync(Answer("old.example", ListState.Broken, ""), Answer("names.example", ListState.NotListed, ""));
        Assert.Equal((CheckOutcome.Pass, $"{Ehlo} not on names.example"), (passed.Outcome, passed.Seen));
    }

    [Fact]
    public async Task Whether_the_name_exists_is_another_checks_finding_and_a_listing_counts_all_the_same()
    {
        var absent = new ScriptedDns(TimeProvider.System);
        Assert.Equal(CheckOutcome.NotApplicable, (await JudgeAsync(absent, Answer("names.example", ListState.NotListed, ""))).Outcome);
        Assert.Equal(CheckOutcome.Bad, (await JudgeAsync(absent, Answer("names.example", ListState.Listed, ""))).Outcome);
        Assert.Equal(CheckOutcome.Unknown, (await JudgeAsync(new ScriptedDns(TimeProvider.System) { Dead = true }, Answer("names.example", ListState.NotListed, ""))).Outcome);
    }

    private static Task<CheckResult> JudgeAsync(params ListAnswer[] answers)
    {
        var dns = new ScriptedDns(TimeProvider.System);
        dns.Identity(Acme.PublicAddress.ToString(), Ehlo);
        return JudgeAsync(dns, answers);
    }

    private static async Task<CheckResult> JudgeAsync(ScriptedDns dns, params ListAnswer[] answers) => new NameStandingCheck().Judge(Facts with
    {
        Dns = await new IdentityProbe(dns).LookAsync(Acme.PublicAddress, Acme.Ehlo, TestContext.Current.CancellationToken), Listing = new ListingFacts { Lists = [.. answers] },
    });

    private static ListAnswer Answer(string list, ListState state, string words) => new(list, Ehlo, [ListKind.Domain], state, [], "", words);
}
