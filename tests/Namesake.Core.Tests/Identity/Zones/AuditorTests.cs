using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>FB-09 and FB-10: whether the auditor can be believed.</summary>
public sealed class AuditorTests
{
    [Fact]
    public void A_resolver_that_invents_an_address_is_FB09_and_nothing_DNS_says_counts()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtServers(word => word.IsFrom(Recorded.Second) ? word.Saying("old.acme.example") : word) },
            auditor => auditor with { Resolvers = [.. auditor.Resolvers.Select(exam => exam.Resolver.IsPublic ? exam : exam with { Absent = exam.Absent.Saying("198.51.100.80") })] });
        var result = Recorded.Judge(facts, "FB-09", CheckOutcome.Bad);
        Assert.Contains("resolver 127.0.0.1:53 gives 198.51.100.80 for nx-4711.com", result.Seen, StringComparison.Ordinal);
        Assert.All(Catalogue.Judge(facts).Where(each => Catalogue.Find(each.Check)!.Kind == CheckKind.Dns), each => Assert.False(each.Outcome is CheckOutcome.Pass or CheckOutcome.Bad, each.ToString()));
    }

    [Fact]
    public void Something_that_answers_in_the_servers_place_is_FB09()
    {
        var facts = Recorded.Facts(auditor: auditor => auditor with { Control = auditor.Control!.AtServers(word => word.Failing(DnsOutcome.Lame) with { OffersRecursion = true, Answer = word.Failing(DnsOutcome.Lame).Answer with { Authoritative = false } }) });
        Assert.Contains("in their place", Recorded.Judge(facts, "FB-09", CheckOutcome.Bad).Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-30, "before")]
    [InlineData(30, "behind the end of")]
    public void A_clock_outside_of_valid_signatures_is_FB09(int days, string where)
    {
        var facts = Recorded.Facts(auditor: auditor => auditor with { Resolvers = [.. auditor.Resolvers.Select(exam => exam with { Signed = exam.Signed.Later(TimeSpan.FromDays(days)) })] });
        Assert.Contains(where, Recorded.Judge(facts, "FB-09", CheckOutcome.Bad).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolver_that_does_not_answer_leaves_FB09_unknown() =>
        Recorded.Judge(Recorded.Facts(auditor: auditor => auditor with { Resolvers = [.. auditor.Resolvers.Select(exam => exam with { Absent = exam.Absent.Failing(DnsOutcome.TimedOut), Signed = exam.Signed.Failing(DnsOutcome.TimedOut) })] }), "FB-09", CheckOutcome.Unknown);

    [Fact]
    public void A_resolver_that_does_not_validate_is_no_liar() =>
        Assert.Contains("none validates DNSSEC", Recorded.Judge(Recorded.Facts(auditor: auditor => auditor with
        {
            Resolvers = [.. auditor.Resolvers.Select(exam => exam with { Signed = exam.Signed with { Answer = exam.Signed.Answer with { Authenticated = false } } })],
        }), "FB-09", CheckOutcome.Pass).Seen, StringComparison.Ordinal);

    [Fact]
    public void Vantage_points_that_are_all_inside_are_FB10() =>
        Recorded.Judge(Recorded.Facts(auditor: auditor => auditor with { Vantages = [new Vantage("this node", VantagePlace.Inside)] }), "FB-10", CheckOutcome.Bad);

    [Fact]
    public void A_vantage_point_nobody_knows_the_place_of_leaves_FB10_unknown() =>
        Recorded.Judge(Recorded.Facts(auditor: auditor => auditor with { Vantages = [new Vantage("this node", VantagePlace.Unknown)] }), "FB-10", CheckOutcome.Unknown);

    [Fact]
    public void Without_translation_there_is_no_outside_of_it() =>
        Recorded.Judge(Recorded.Facts(auditor: auditor => auditor with { Vantages = [] }) with { Bind = new BindResult(true, null) }, "FB-10", CheckOutcome.Pass);
}
