using CsCheck;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Verdicts;

namespace Namesake.Core.Tests.Identity;

/// <summary>One test per cell of the table in <see cref="CheckTransitions"/>, and what must hold over any history.</summary>
public sealed class CheckTransitionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IdentityOptions Options = new();

    [Theory]
    [InlineData(CheckStanding.NeverPassed, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.NeverPassed, CheckOutcome.Bad, CheckStanding.Failing)]
    [InlineData(CheckStanding.NeverPassed, CheckOutcome.Unknown, CheckStanding.NeverPassed)]
    [InlineData(CheckStanding.NeverPassed, CheckOutcome.NotApplicable, CheckStanding.NeverPassed)]
    [InlineData(CheckStanding.Passing, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.Passing, CheckOutcome.Bad, CheckStanding.Suspect)]
    [InlineData(CheckStanding.Passing, CheckOutcome.Unknown, CheckStanding.Unknown)]
    [InlineData(CheckStanding.Passing, CheckOutcome.NotApplicable, CheckStanding.Passing)]
    [InlineData(CheckStanding.Suspect, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.Suspect, CheckOutcome.Bad, CheckStanding.Suspect)]
    [InlineData(CheckStanding.Suspect, CheckOutcome.Unknown, CheckStanding.Suspect)]
    [InlineData(CheckStanding.Suspect, CheckOutcome.NotApplicable, CheckStanding.Suspect)]
    [InlineData(CheckStanding.Unknown, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.Unknown, CheckOutcome.Bad, CheckStanding.Suspect)]
    [InlineData(CheckStanding.Unknown, CheckOutcome.Unknown, CheckStanding.Unknown)]
    [InlineData(CheckStanding.Unknown, CheckOutcome.NotApplicable, CheckStanding.Unknown)]
    [InlineData(CheckStanding.Failing, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.Failing, CheckOutcome.Bad, CheckStanding.Failing)]
    [InlineData(CheckStanding.Failing, CheckOutcome.Unknown, CheckStanding.Failing)]
    [InlineData(CheckStanding.Failing, CheckOutcome.NotApplicable, CheckStanding.Failing)]
    [InlineData(CheckStanding.Lapsed, CheckOutcome.Pass, CheckStanding.Passing)]
    [InlineData(CheckStanding.Lapsed, CheckOutcome.Bad, CheckStanding.Failing)]
    [InlineData(CheckStanding.Lapsed, CheckOutcome.Unknown, CheckStanding.Lapsed)]
    [InlineData(CheckStanding.Lapsed, CheckOutcome.NotApplicable, CheckStanding.Lapsed)]
    public void One_more_result_right_after(CheckStanding from, CheckOutcome result, CheckStanding to) =>
        Assert.Equal(to, Next(In(from, out var now), result, now).Standing);

    [Theory]
    [InlineData(CheckStanding.Passing)]
    [InlineData(CheckStanding.Suspect)]
    [InlineData(CheckStanding.Unknown)]
    public void A_local_fault_needs_no_second_look(CheckStanding from) =>
        Assert.Equal(CheckStanding.Failing, Next(In(from, out var now), CheckOutcome.Bad, now, kind: CheckKind.Local).Standing);

    [Theory]
    [InlineData(CheckStanding.Passing)]
    [InlineData(CheckStanding.Suspect)]
    [InlineData(CheckStanding.Unknown)]
    public void After_a_refusal_one_bad_answer_is_enough(CheckStanding from) =>
        Assert.Equal(CheckStanding.Failing, Next(In(from, out var now), CheckOutcome.Bad, now, refused: true).Standing);

    [Fact]
    public void A_source_held_by_dns_already_gets_no_two_minutes_for_the_next_fault() =>
        Assert.Equal(CheckStanding.Failing, Next(In(CheckStanding.Passing, out var now), CheckOutcome.Bad, now, dnsHolds: true).Standing);

    [Fact]
    public void The_second_bad_answer_counts_after_two_minutes_and_not_before()
    {
        var suspect = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Bad, now);
        Assert.Equal(CheckStanding.Suspect, Next(suspect, CheckOutcome.Bad, now + TimeSpan.FromSeconds(119.9)).Standing);
        Assert.Equal(CheckStanding.Failing, Next(suspect, CheckOutcome.Bad, now + TimeSpan.FromMinutes(2)).Standing);
    }

    [Fact]
    public void A_good_answer_between_two_bad_ones_starts_the_count_again()
    {
        var suspect = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Bad, now);
        var passed = Next(suspect, CheckOutcome.Pass, now + TimeSpan.FromMinutes(1));
        Assert.Equal(CheckStanding.Suspect, Next(passed, CheckOutcome.Bad, now + TimeSpan.FromMinutes(3)).Standing);
    }

    [Fact]
    public void An_unanswered_question_between_two_bad_answers_doesnt()
    {
        var suspect = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Bad, now);
        var unknown = Next(suspect, CheckOutcome.Unknown, now + TimeSpan.FromMinutes(1));
        Assert.Equal(CheckStanding.Failing, Next(unknown, CheckOutcome.Bad, now + TimeSpan.FromMinutes(3)).Standing);
    }

    [Theory]
    [InlineData(UnknownCause.Trouble, 1, 4)]
    [InlineData(UnknownCause.PartlyPropagated, 1, 4)]
    [InlineData(UnknownCause.NoWitness, 0, 4)]
    [InlineData(UnknownCause.Trouble, 8, 8)] // the TTL when it is longer
    [InlineData(UnknownCause.Silent, 1, 24)]
    [InlineData(UnknownCause.Silent, 48, 48)]
    public void Grace_ends_after_its_hours_and_not_before(UnknownCause cause, int ttlHours, int graceHours)
    {
        var passed = Next(Blank(), CheckOutcome.Pass, Start, ttl: TimeSpan.FromHours(ttlHours));
        var unknown = Next(passed, CheckOutcome.Unknown, Start + TimeSpan.FromMinutes(10), cause: cause);
        var end = Start + TimeSpan.FromHours(graceHours);
        Assert.Equal(CheckStanding.Unknown, CheckTransitions.Age(unknown, At(end - TimeSpan.FromSeconds(1))).Standing);
        Assert.Equal(CheckStanding.Lapsed, CheckTransitions.Age(unknown, At(end)).Standing);
    }

    [Fact]
    public void Grace_goes_by_the_patience_clock()
    {
        var unknown = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Unknown, now);
        var later = At(now + TimeSpan.FromHours(30)) with { Mark = now + TimeSpan.FromHours(1) };
        Assert.Equal(CheckStanding.Unknown, CheckTransitions.Age(unknown, later).Standing);
    }

    [Fact]
    public void Nothing_lapses_while_our_own_resolving_is_in_doubt()
    {
        var unknown = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Unknown, now);
        Assert.Equal(CheckStanding.Unknown, CheckTransitions.Age(unknown, At(now + TimeSpan.FromHours(30)) with { InDoubt = true }).Standing);
    }

    [Fact]
    public void A_silent_zone_that_begins_to_stammer_keeps_its_day()
    {
        var unknown = Next(In(CheckStanding.Passing, out var now), CheckOutcome.Unknown, now, cause: UnknownCause.Silent);
        var stammering = Next(unknown, CheckOutcome.Unknown, now + TimeSpan.FromHours(6), cause: UnknownCause.Trouble);
        Assert.Equal(CheckStanding.Unknown, stammering.Standing);
    }

    [Fact]
    public void A_suspicion_nobody_can_confirm_or_clear_lapses_like_any_unknown()
    {
        var suspect = Next(Next(In(CheckStanding.Passing, out var now), CheckOutcome.Bad, now), CheckOutcome.Unknown, now + TimeSpan.FromMinutes(2));
        Assert.Equal(CheckStanding.Suspect, suspect.Standing);
        Assert.Equal(CheckStanding.Lapsed, CheckTransitions.Age(suspect, At(now + TimeSpan.FromHours(5))).Standing);
    }

    [Fact]
    public void Our_resolvers_word_alone_doesnt_hold_what_the_zones_own_servers_once_confirmed()
    {
        var passed = In(CheckStanding.Passing, out var now);
        var after = Next(passed, CheckOutcome.Bad, now, resolverOnly: true);
        Assert.Equal((CheckStanding.Unknown, UnknownCause.Trouble), (after.Standing, after.Last.Cause));
    }

    [Fact]
    public void Where_only_the_resolver_can_ever_be_asked_its_word_counts()
    {
        var passed = Next(Blank(), CheckOutcome.Pass, Start, resolverOnly: true);
        var suspect = Next(passed, CheckOutcome.Bad, Start + TimeSpan.FromMinutes(10), resolverOnly: true);
        Assert.Equal(CheckStanding.Suspect, suspect.Standing);
        Assert.Equal(CheckStanding.Failing, Next(suspect, CheckOutcome.Bad, Start + TimeSpan.FromMinutes(12), resolverOnly: true).Standing);
    }

    // Any history of answers, minutes apart, with doubt and refusals now and then.
    private static readonly Gen<(CheckOutcome Outcome, UnknownCause Cause, int Minutes, bool Doubt, bool Refused)[]> Histories =
        Gen.Select(Gen.Enum<CheckOutcome>(), Gen.Enum<UnknownCause>(), Gen.Int[0, 400], Gen.Bool, Gen.Int[0, 9].Select(i => i == 0)).Array[0, 40];

    [Fact]
    public void Over_any_history_unknown_alone_never_fails_a_check_and_never_ends_it_before_its_grace() => Histories.Sample(history =>
    {
        var (memory, now, mark, lastPass) = (Blank(), Start, Start, (DateTimeOffset?)null);
        foreach (var (outcome, cause, minutes, doubt, refused) in history)
        {
            now += TimeSpan.FromMinutes(minutes);
            mark += doubt ? TimeSpan.Zero : TimeSpan.FromMinutes(minutes);
            var before = memory;
            var context = new EvaluationContext(now, mark, doubt, refused, false, Options);
            memory = CheckTransitions.Next(memory, Result(outcome, cause, TimeSpan.FromHours(1), false), CheckKind.Dns, context);
            lastPass = outcome == CheckOutcome.Pass ? mark : lastPass;
            if (memory.Standing == CheckStanding.Failing && before.Standing != CheckStanding.Failing && outcome != CheckOutcome.Bad)
                return false; // only a bad answer fails
            if (memory.Standing == CheckStanding.Lapsed && before.Standing != CheckStanding.Lapsed && (doubt || mark - lastPass < Options.Grace))
                return false; // patience of at least the grace, by a clock that stands still in doubt
            if (memory.Standing == CheckStanding.Passing && before.Standing != CheckStanding.Passing && outcome != CheckOutcome.Pass)
                return false; // only a good answer clears
            if (lastPass is null && memory.Standing is not (CheckStanding.NeverPassed or CheckStanding.Failing))
                return false; // what was never proven has no grace and no suspicion
        }
        return true;
    }, iter: 20_000);

    [Fact]
    public void Over_any_history_an_aligned_check_fails_only_on_two_bad_answers_two_minutes_apart_or_one_after_a_refusal() => Histories.Sample(history =>
    {
        var (memory, now, firstBad, passedOnce) = (Blank(), Start, (DateTimeOffset?)null, false);
        foreach (var (outcome, cause, minutes, _, refused) in history)
        {
            now += TimeSpan.FromMinutes(minutes);
            var before = memory;
            memory = CheckTransitions.Next(memory, Result(outcome, cause, TimeSpan.FromHours(1), false), CheckKind.Dns, new EvaluationContext(now, now, false, refused, false, Options));
            firstBad = outcome switch { CheckOutcome.Pass => null, CheckOutcome.Bad => firstBad ?? now, _ => firstBad };
            var justFailed = memory.Standing == CheckStanding.Failing && before.Standing != CheckStanding.Failing;
            if (justFailed && passedOnce && before.Standing != CheckStanding.Lapsed && !refused && now - firstBad < Options.Confirmation)
                return false;
            passedOnce |= outcome == CheckOutcome.Pass;
        }
        return true;
    }, iter: 20_000);

    private static CheckMemory Blank() => CheckMemory.Blank("PT-01", Start);

    /// <summary>A memory brought to a standing by real results.</summary>
    private static CheckMemory In(CheckStanding standing, out DateTimeOffset now)
    {
        now = Start + TimeSpan.FromMinutes(10);
        var passed = Next(Blank(), CheckOutcome.Pass, Start);
        switch (standing)
        {
            case CheckStanding.NeverPassed:
                return Blank();
            case CheckStanding.Passing:
                return passed;
            case CheckStanding.Suspect:
                return Next(passed, CheckOutcome.Bad, now);
            case CheckStanding.Failing:
                return Next(passed, CheckOutcome.Bad, now, refused: true);
            case CheckStanding.Unknown:
                return Next(passed, CheckOutcome.Unknown, now);
            default:
                now += TimeSpan.FromHours(5);
                return CheckTransitions.Age(Next(passed, CheckOutcome.Unknown, Start + TimeSpan.FromMinutes(10)), At(now));
        }
    }

    private static CheckMemory Next(CheckMemory memory, CheckOutcome outcome, DateTimeOffset now, CheckKind kind = CheckKind.Dns, bool refused = false, bool dnsHolds = false,
        UnknownCause cause = UnknownCause.Trouble, TimeSpan? ttl = null, bool resolverOnly = false) =>
        CheckTransitions.Next(memory, Result(outcome, cause, ttl ?? TimeSpan.FromHours(1), resolverOnly), kind, At(now) with { Refused = refused, DnsHolds = dnsHolds });

    private static CheckResult Result(CheckOutcome outcome, UnknownCause cause, TimeSpan ttl, bool resolverOnly) => new("PT-01", outcome, "seen", "expected", "")
    {
        Cause = outcome == CheckOutcome.Unknown ? cause : UnknownCause.None,
        Ttl = ttl,
        ResolverOnly = resolverOnly,
    };

    private static EvaluationContext At(DateTimeOffset now) => new(now, now, false, false, false, Options);
}
