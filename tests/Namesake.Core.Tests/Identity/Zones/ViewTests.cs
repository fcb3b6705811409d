using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>ZN-03 and ZN-08: what different resolvers see.</summary>
public sealed class ViewTests
{
    [Fact]
    public void A_public_resolver_that_differs_is_ZN03_with_the_time_when_memory_is_over()
    {
        var result = Recorded.Judge(Pointer(word => word.IsFrom("9.9.9.9") ? word.Saying("old.acme.example") : word), "ZN-03", CheckOutcome.Bad);
        Assert.Contains("resolver 9.9.9.9:53: PTR old.acme.example", result.Seen, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 13:00 UTC", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolvers_that_agree_on_what_the_zone_no_longer_says_are_ZN03()
    {
        var result = Recorded.Judge(Pointer(word => word.Saying("old.acme.example")), "ZN-03", CheckOutcome.Bad);
        Assert.Contains($"the servers of {Recorded.ReverseZone}: PTR {Recorded.Ehlo}", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_answer_over_TCP_is_ZN03() =>
        Recorded.Judge(Pointer(word => word.IsFrom("9.9.9.9") && word.Transport == DnsTransport.Tcp ? word.Saying("old.acme.example") : word), "ZN-03", CheckOutcome.Bad);

    [Theory]
    [InlineData(DnsOutcome.TimedOut)]
    [InlineData(DnsOutcome.ServerFailure)]
    [InlineData(DnsOutcome.Refused)]
    public void Fewer_than_three_operators_that_answer_leave_ZN03_unknown(DnsOutcome outcome) =>
        Recorded.Judge(Pointer(word => word.IsFrom("9.9.9.9") ? word.Failing(outcome) : word), "ZN-03", CheckOutcome.Unknown);

    [Fact]
    public void A_resolver_that_does_not_answer_over_TCP_does_not_count() =>
        Recorded.Judge(Pointer(word => word.IsFrom("9.9.9.9") && word.Transport == DnsTransport.Tcp ? word.Failing(DnsOutcome.TimedOut) : word), "ZN-03", CheckOutcome.Unknown);

    [Fact]
    public void A_fourth_operator_makes_up_for_one_that_is_silent()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = WithFourth(zone.Pointer).AtResolvers(word => word.IsFrom("9.9.9.9") ? word.Failing(DnsOutcome.TimedOut) : word), Ehlo = WithFourth(zone.Ehlo) });
        Recorded.Judge(facts, "ZN-03", CheckOutcome.Pass);
    }

    [Fact]
    public void Two_operators_are_too_few_to_be_a_view() =>
        Assert.Contains("2 operators", Recorded.Judge(Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtResolvers(word => word.Resolver.Operator == "Quad9" ? word with { Resolver = word.Resolver with { Operator = "Google" } } : word) }), "ZN-03", CheckOutcome.NotObservable).Seen, StringComparison.Ordinal);

    [Fact]
    public void A_resolver_that_invents_answers_has_no_voice()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtResolvers(word => word.Resolver.Operator == "Quad9" ? Liar(word) : word) });
        Recorded.Judge(facts, "ZN-03", CheckOutcome.NotObservable);
    }

    [Fact]
    public void An_internal_server_that_answers_with_authority_is_ZN08()
    {
        var result = Recorded.Judge(Ehlo(word => word.IsFrom("127.0.0.1") ? word.Saying("203.0.113.99") with { Answer = word.Saying("203.0.113.99").Answer with { Authoritative = true } } : word), "ZN-08", CheckOutcome.Bad);
        Assert.Contains("resolver 127.0.0.1:53 says A 203.0.113.99, public resolvers say A 203.0.113.5", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_address_is_ZN08() =>
        Recorded.Judge(Ehlo(word => word.IsFrom("127.0.0.1") ? word.Saying("10.0.0.5") : word), "ZN-08", CheckOutcome.Bad);

    [Fact]
    public void A_resolver_of_ours_may_remember_an_older_answer() =>
        Assert.Contains("may only remember", Recorded.Judge(Ehlo(word => word.IsFrom("127.0.0.1") ? word.Saying("203.0.113.99") : word), "ZN-08", CheckOutcome.Unknown).Seen, StringComparison.Ordinal);

    [Fact]
    public void A_difference_that_outlives_memory_is_ZN08()
    {
        var book = new ZoneBook();
        var facts = Ehlo(word => word.IsFrom("127.0.0.1") ? word.Saying("203.0.113.99") : word);
        var first = book.Compare(facts.Zone!.Ehlo, Scene.Documentation);
        Assert.False(Assert.Single(first).OutlivesMemory);
        var later = facts.Zone.Ehlo.AtResolvers(word => word.Later(TimeSpan.FromMinutes(61)));
        var apart = book.Compare(later, Scene.Documentation);
        Recorded.Judge(facts with { Zone = facts.Zone with { Ehlo = later, ViewsApart = apart } }, "ZN-08", CheckOutcome.Bad);
    }

    [Fact]
    public void While_the_public_resolvers_may_remember_a_difference_is_no_finding_however_fresh_ours_is()
    {
        var book = new ZoneBook();
        var changed = Recorded.Facts().Zone!.Ehlo.AtResolvers(word => word.IsFrom("127.0.0.1") ? Shortly(word.Saying("203.0.113.99")) : word);
        book.Compare(changed, Scene.Documentation);

        Assert.False(Assert.Single(book.Compare(changed.AtResolvers(word => word.Later(TimeSpan.FromMinutes(59))), Scene.Documentation)).OutlivesMemory);
        Assert.True(Assert.Single(book.Compare(changed.AtResolvers(word => word.Later(TimeSpan.FromMinutes(61))), Scene.Documentation)).OutlivesMemory);
    }

    [Fact]
    public void Where_the_public_answer_changes_it_is_another_difference()
    {
        var book = new ZoneBook();
        var wrong = Recorded.Facts().Zone!.Ehlo.AtResolvers(word => word.IsFrom("127.0.0.1") ? word.Saying("203.0.113.99") : word);
        book.Compare(wrong, Scene.Documentation);

        var changed = wrong.AtResolvers(word => (word.IsFrom("127.0.0.1") ? word : word.Saying("203.0.113.98")).Later(TimeSpan.FromMinutes(61)));

        Assert.False(Assert.Single(book.Compare(changed, Scene.Documentation)).OutlivesMemory);
    }

    [Fact]
    public void A_difference_that_ended_begins_anew()
    {
        var book = new ZoneBook();
        var right = Recorded.Facts().Zone!.Ehlo;
        var wrong = right.AtResolvers(word => word.IsFrom("127.0.0.1") ? word.Saying("203.0.113.99") : word);
        book.Compare(wrong, Scene.Documentation);
        Assert.Empty(book.Compare(right.AtResolvers(word => word.Later(TimeSpan.FromHours(1))), Scene.Documentation));
        Assert.False(Assert.Single(book.Compare(wrong.AtResolvers(word => word.Later(TimeSpan.FromHours(2))), Scene.Documentation)).OutlivesMemory);
    }

    [Fact]
    public void Our_resolver_that_does_not_answer_leaves_ZN08_unknown() =>
        Recorded.Judge(Ehlo(word => word.IsFrom("127.0.0.1") ? word.Failing(DnsOutcome.TimedOut) : word), "ZN-08", CheckOutcome.Unknown);

    [Fact]
    public void Without_a_public_resolver_the_zones_public_servers_are_the_view_from_outside()
    {
        var facts = Recorded.Facts(zone => zone with { Pointer = OwnOnly(zone.Pointer), Ehlo = OwnOnly(zone.Ehlo), EhloOtherFamily = OwnOnly(zone.EhloOtherFamily!) });
        Recorded.Judge(facts, "ZN-08", CheckOutcome.Pass);
        Recorded.Judge(facts with { TreatAsPublic = [] }, "ZN-08", CheckOutcome.NotObservable);
    }

    private static DnsWord Shortly(DnsWord word) => word with { Answer = word.Answer with { Ttl = TimeSpan.FromSeconds(10) } };

    private static NameSurvey OwnOnly(NameSurvey survey) => survey with { Resolvers = [.. survey.Resolvers.Where(word => !word.Resolver.IsPublic)] };

    private static NameSurvey WithFourth(NameSurvey survey) =>
        survey with { Resolvers = [.. survey.Resolvers, survey.Resolvers[0] with { Resolver = new SurveyResolver(IPEndPoint.Parse("208.67.222.222:53"), "OpenDNS", true) }] };

    private static ResolverWord Liar(ResolverWord word) => word with
    {
        Udp = word.Udp.Saying("sponsor.filter.example"),
        Exam = word.Exam! with { Absent = word.Exam.Absent.Saying("198.51.100.80") },
    };

    private static IdentityFacts Pointer(Func<DnsWord, DnsWord> change) =>
        Recorded.Facts(zone => zone with { Pointer = zone.Pointer.AtResolvers((ResolverWord word) => word.Resolver.IsPublic ? word with { Udp = change(word.Udp), Tcp = change(word.Tcp!) } : word) });

    private static IdentityFacts Ehlo(Func<DnsWord, DnsWord> change) => Recorded.Facts(zone => zone with { Ehlo = zone.Ehlo.AtResolvers(change) });
}
