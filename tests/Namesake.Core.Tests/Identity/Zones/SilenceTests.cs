using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Core.Tests.Identity.Zones;

/// <summary>Over any mixture of silence and failure, nothing is ever bad but ZN-04, and that only after three looks.</summary>
public sealed class SilenceTests
{
    private static readonly DnsOutcome[] Failures = [DnsOutcome.TimedOut, DnsOutcome.ServerFailure, DnsOutcome.Refused, DnsOutcome.Lame, DnsOutcome.Malformed, DnsOutcome.Unreachable, DnsOutcome.Truncated];

    [Fact]
    public void No_mixture_of_failures_is_ever_bad() =>
        Gen.Int.Sample(seed =>
        {
            var facts = Mixed(new Random(seed), TimeSpan.Zero, new ZoneBook());
            var bad = Catalogue.Judge(facts).Where(result => result.IsBad).ToList();
            return bad.Count == 0;
        }, iter: 1_000);

    [Fact]
    public void No_mixture_over_any_number_of_looks_is_bad_for_another_check_than_ZN04() =>
        Gen.Select(Gen.Int, Gen.Int[2, 8]).Sample((seed, looks) =>
        {
            var (random, book) = (new Random(seed), new ZoneBook());
            for (var look = 0; look < looks; look++)
                if (Catalogue.Judge(Mixed(random, TimeSpan.FromMinutes(look), book)).Any(result => result.IsBad && (result.Check != "ZN-04" || look < ServerTrouble.Enough - 1)))
                    return false;
            return true;
        }, iter: 300);

    [Fact]
    public void A_failing_server_is_counted_by_looks_and_not_by_the_sources_that_share_one()
    {
        var book = new ZoneBook();
        var survey = Failing(TimeSpan.Zero);
        for (var source = 0; source < 1000; source++)
            book.Note(survey);
        Assert.All(book.Note(survey), trouble => Assert.Equal(1, trouble.Failed));
        book.Note(Failing(TimeSpan.FromSeconds(5)));
        Assert.Contains(book.Note(Failing(TimeSpan.FromSeconds(10))), trouble => trouble is { IsRepeated: true, Server: "ns2.host.example 198.51.100.53" });
    }

    [Fact]
    public void A_server_that_was_well_three_times_in_a_row_is_forgiven()
    {
        var book = new ZoneBook();
        book.Note(Failing(TimeSpan.Zero));
        var well = Recorded.Facts().Zone!.Pointer;
        Assert.Single(book.Note(well.Everywhere(word => word.Later(TimeSpan.FromMinutes(1)))));
        Assert.Single(book.Note(well.Everywhere(word => word.Later(TimeSpan.FromMinutes(2)))));
        Assert.Empty(book.Note(well.Everywhere(word => word.Later(TimeSpan.FromMinutes(3)))));
    }

    [Fact]
    public void A_slow_answer_is_a_failure()
    {
        var slow = Recorded.Facts().Zone!.Pointer.AtZones(word => word.IsFrom(Recorded.Second) ? word with { Took = TimeSpan.FromSeconds(2.5) } : word);
        Assert.Equal(["took 2.5 s"], Assert.Single(new ZoneBook().Note(slow)).Kinds);
    }

    [Fact]
    public void A_server_that_was_not_asked_or_cannot_be_reached_from_here_has_not_failed()
    {
        var survey = Recorded.Facts().Zone!.Pointer.Everywhere(word => word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.Unreachable) with { HasNoRoute = true } : word.Failing(DnsOutcome.TimedOut) with { WasAsked = false });
        Assert.Empty(new ZoneBook().Note(survey));
    }

    private static NameSurvey Failing(TimeSpan later) =>
        Recorded.Facts().Zone!.Pointer.AtZones(word => (word.IsFrom(Recorded.Second) ? word.Failing(DnsOutcome.TimedOut) : word).Later(later));

    private static IdentityFacts Mixed(Random random, TimeSpan later, ZoneBook book)
    {
        DnsWord Mix(DnsWord word) => (random.Next(3) == 0 ? word : word.Failing(Failures[random.Next(Failures.Length)])).Later(later);
        ResolverWord Doubt(ResolverWord word) => word.Udp.Outcome != DnsOutcome.ServerFailure ? word : random.Next(3) switch
        {
            0 => word,
            1 => word with { Unchecked = word.Udp.Failing(Failures[random.Next(Failures.Length)]) },
            _ => word with { Unchecked = word.Udp.Failing(Failures[random.Next(Failures.Length)]), Again = word.Udp },
        };
        NameSurvey Parent(NameSurvey survey) => survey with
        {
            Zones = [.. survey.Zones.Select(zone => random.Next(3) == 0 ? zone : zone with { Parent = random.Next(2) == 0 ? null : new ParentDelegation(zone.Parent!.Parent, [zone.Parent.Words[0] with { Outcome = Failures[random.Next(Failures.Length)], Names = [] }]) })],
            Ending = random.Next(5) == 0 ? SurveyEnding.NoZone : survey.Ending,
        };
        var facts = Recorded.Facts(zone => zone.Everywhere(Mix), auditor => auditor with
        {
            Resolvers = [.. auditor.Resolvers.Select(exam => exam with { Absent = Mix(exam.Absent), Signed = Mix(exam.Signed) })],
            Control = auditor.Control!.AtServers(Mix),
        });
        var seen = facts.Zone! with { Pointer = Parent(facts.Zone.Pointer.AtResolvers(Doubt)), Ehlo = Parent(facts.Zone.Ehlo.AtResolvers(Doubt)) };
        return facts with { Zone = seen with { Troubles = book.Note(seen.Pointer) } };
    }
}
