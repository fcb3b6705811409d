using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using static Namesake.Core.Tests.Identity.Probes.InboundScene;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>RP-01 to RP-06: each failing with its exact neighbours, passing, unknown, not observable.</summary>
public sealed class ReputationAuditTests
{
    private static readonly string[] All = ["RP-01", "RP-02", "RP-03", "RP-04", "RP-05", "RP-06"];
    private static readonly ImmutableArray<ListKind> Kinds = [ListKind.Policy, ListKind.Exploited, ListKind.Css];

    private static readonly ListingFacts Good = new()
    {
        Lists = [Answer("zen.example", ListState.NotListed), Answer("domains.example", ListState.NotListed) with { Kinds = [ListKind.Domain], Subject = Ehlo }],
        Registry = new("https://rdap.example/ip/203.0.113.5", "TEST-NET-3", ["abuse@provider.example"], null),
        Echo = new(Acme.PublicAddress, "Mail.Acme.Example.", "helocheck@abuseat.org", Now),
        OtherSenders = [],
    };

    [Fact]
    public void Everything_right_passes_everything() => Assert.All(All, check => Assert.Equal(CheckOutcome.Pass, Result(With(Good), check).Outcome));

    [Fact]
    public void Nothing_asked_is_not_observable()
    {
        Assert.All(All, check => Assert.Equal(CheckOutcome.NotObservable, Result(With(null), check).Outcome));
        Assert.All(All, check => Assert.Equal(CheckOutcome.NotObservable, Result(With(new ListingFacts()), check).Outcome));
    }

    [Fact]
    public void A_policy_list_is_RP01_alone()
    {
        var facts = Listed(ListKind.Policy, "127.0.0.10", "PBL", "https://www.spamhaus.org/query/ip/203.0.113.5");
        Assert.Equal(["RP-01"], BadOnes(facts));
        Assert.Contains("203.0.113.5 is on zen.example: PBL (127.0.0.10) \"https://www.spamhaus.org/query/ip/203.0.113.5\"", Result(facts, "RP-01").Seen, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Pass, Result(facts, "RP-02").Outcome);
    }

    [Theory]
    [InlineData(ListKind.Css, "127.0.0.3")]
    [InlineData(ListKind.Exploited, "127.0.0.4")]
    public void A_list_of_spam_or_of_exploited_machines_is_RP02_alone(ListKind kind, string code) =>
        Assert.Equal(["RP-02"], BadOnes(Listed(kind, code, "listed", "")));

    [Fact]
    public void A_list_that_quotes_another_name_is_RP02_and_RP05_and_the_fix_says_where_to_look()
    {
        var facts = Listed(ListKind.Css, "127.0.0.3", "CSS", "seen with HELO pc-7.lan.example") with { Listing = Listed(ListKind.Css, "127.0.0.3", "CSS", "seen with HELO pc-7.lan.example").Listing! with { OtherSenders = null } };
        Assert.Equal(["RP-02", "RP-05"], BadOnes(facts));
        Assert.Contains("The list saw EHLO pc-7.lan.example, which is not this source's name", Result(facts, "RP-02").Fix, StringComparison.Ordinal);
        Assert.Contains("EHLO pc-7.lan.example (seen by zen.example)", Result(facts, "RP-05").Seen, StringComparison.Ordinal);
        Assert.Equal(["RP-02"], BadOnes(Listed(ListKind.Css, "127.0.0.3", "CSS", "seen with HELO mail.acme.example")));
    }

    [Theory]
    [InlineData(ListState.Silent, UnknownCause.Silent)]
    [InlineData(ListState.Refused, UnknownCause.Trouble)]
    public void A_list_that_gives_no_answer_is_unknown_with_its_words(ListState state, UnknownCause cause)
    {
        var facts = With(Good with { Lists = [.. Good.Lists, Answer("other.example", state) with { Words = "other.example refused: you ask through a public resolver" }] });
        foreach (var check in new[] { "RP-01", "RP-02", "RP-03" })
        {
            Assert.Equal((CheckOutcome.Unknown, cause), (Result(facts, check).Outcome, Result(facts, check).Cause));
            Assert.Contains("public resolver", Result(facts, check).Seen, StringComparison.Ordinal);
        }
        Assert.Empty(BadOnes(facts));
    }

    [Fact]
    public void A_listing_counts_beside_a_list_that_is_silent()
    {
        var facts = Listed(ListKind.Policy, "127.0.0.10", "PBL", "");
        facts = facts with { Listing = facts.Listing! with { Lists = [.. facts.Listing.Lists, Answer("other.example", ListState.Silent)] } };
        Assert.Equal(["RP-01"], BadOnes(facts));
    }

    [Fact]
    public void A_broken_list_is_RP03_alone_and_has_no_say()
    {
        var broken = Answer("dead.example", ListState.Broken) with { Words = "dead.example lists the world" };
        var facts = With(Good with { Lists = [.. Good.Lists, broken] });
        Assert.Equal(["RP-03"], BadOnes(facts));
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.Pass], [Result(facts, "RP-01").Outcome, Result(facts, "RP-02").Outcome]);
        var alone = With(Good with { Lists = [broken] });
        Assert.Equal(["RP-03"], BadOnes(alone));
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], [Result(alone, "RP-01").Outcome, Result(alone, "RP-02").Outcome]);
    }

    [Fact]
    public void A_list_of_domains_says_nothing_of_the_address()
    {
        var facts = With(Good with { Lists = [Answer("domains.example", ListState.Listed) with { Kinds = [ListKind.Domain], Entries = [new(ListKind.Domain, IPAddress.Parse("127.0.1.2"), "listed")] }] });
        Assert.Equal(["EH-12"], BadOnes(facts));
        Assert.Equal([CheckOutcome.NotObservable, CheckOutcome.NotObservable, CheckOutcome.Pass], [Result(facts, "RP-01").Outcome, Result(facts, "RP-02").Outcome, Result(facts, "RP-03").Outcome]);
    }

    [Theory]
    [InlineData("203.0.113.99", Ehlo, "(EG-01)")]
    [InlineData("203.0.113.5", "pc-7.lan.example", "say mail.acme.example")]
    public void An_echo_that_saw_another_address_or_name_is_RP04_alone(string address, string helo, string fix)
    {
        var facts = With(Good with { Echo = new(IPAddress.Parse(address), helo, "helocheck@abuseat.org", Now) });
        Assert.Equal(["RP-04"], BadOnes(facts));
        Assert.Contains(fix, Result(facts, "RP-04").Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_sender_behind_the_address_is_RP05_alone()
    {
        var facts = With(Good with { OtherSenders = [new("10.0.0.9", "the firewall's flows")] });
        Assert.Equal(["RP-05"], BadOnes(facts));
        Assert.Contains("10.0.0.9 (seen by the firewall's flows)", Result(facts, "RP-05").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_without_an_abuse_contact_is_RP06_alone_and_a_silent_registry_is_unknown()
    {
        Assert.Equal(["RP-06"], BadOnes(With(Good with { Registry = Good.Registry! with { AbuseContacts = [] } })));
        Assert.Equal(CheckOutcome.Unknown, Result(With(Good with { Registry = new("https://rdap.example/", "", [], "too many questions (429)") }), "RP-06").Outcome);
    }

    private static ListAnswer Answer(string list, ListState state) => new(list, "203.0.113.5", Kinds, state, [], "", $"{list}: {state}");

    private static IdentityFacts Listed(ListKind kind, string code, string meaning, string reason) =>
        With(Good with { Lists = [Answer("zen.example", ListState.Listed) with { Entries = [new(kind, IPAddress.Parse(code), meaning)], Reason = reason }] });

    private static IdentityFacts With(ListingFacts? listing) => Facts with { Listing = listing };
}
