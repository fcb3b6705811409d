using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>FB-09 and FB-10: whether the auditor can be believed. While FB-09 is bad, what DNS says is unknown (<see cref="Catalogue.Judge"/>).</summary>
public static class AuditorChecks
{
    public static ImmutableArray<IdentityCheck> All { get; } = [new TrustworthyDnsCheck(), new VantageCheck()];
}

/// <summary>FB-09: our resolvers invent nothing, nobody answers in the servers' place, and the clock is right.</summary>
public sealed class TrustworthyDnsCheck() : IdentityCheck(new CheckCard("FB-09", CheckKind.Outside)
{
    Title = "the auditor's own resolvers and clock can be believed",
    Severity = FindingSeverity.Warn, Scope = CheckScope.Node,
    Evidence = "a name that can't exist, a signed name, its signature's dates, a well-kept zone's servers asked directly", EnforcedBy = "nobody; while it is bad, what DNS says is taken as unknown",
    Fix = FixKind.Operator, Remedy = "Use a resolver that neither filters nor invents answers, best one on this machine, and keep the clock by NTP", Article = "auditor-resolver",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string Expected = "NXDOMAIN for a name that doesn't exist, answers from the servers themselves, a clock within the signatures' dates";
        if (facts.Auditor is not { } auditor)
            return NotObservable("the resolvers were not examined");
        var liars = auditor.Resolvers.Where(exam => exam.Lies).ToList();
        if (liars.Count > 0)
            return Bad($"{string.Join("; ", liars.Select(exam => $"{exam.Resolver} gives {exam.Absent.Content} for {exam.Absent.Answer.Name}, which does not exist"))}", Expected,
                $"Don't use {string.Join(", ", liars.Select(exam => exam.Resolver.EndPoint.ToString()))}: it invents answers. Run a resolver of your own (Unbound, BIND)");
        if (auditor.IsIntercepted)
            return Bad($"the servers of {auditor.Control!.Zone} answer as a resolver would: something between us and them answers in their place", Expected, "Let the firewall pass DNS (UDP and TCP port 53) from this machine to the Internet unchanged");
        if (auditor.ClockOff != TimeSpan.Zero)
            return Bad($"the clock is {Math.Abs(auditor.ClockOff.TotalHours):0.#} hours {(auditor.ClockOff < TimeSpan.Zero ? "before" : "behind the end of")} signatures that a validating resolver finds valid now ({auditor.At:yyyy-MM-dd HH:mm} UTC here)", Expected, "Set the clock, and let NTP keep it");
        var heard = auditor.Resolvers.Where(exam => exam.Absent.IsDefinite).ToList();
        if (heard.Count < auditor.Resolvers.Length || heard.Count == 0)
            return Unknown(auditor.Resolvers.IsEmpty ? "no resolver was examined" : string.Join("; ", auditor.Resolvers.Except(heard).Select(exam => $"{exam.Resolver} {exam.Absent.Outcome.Words()}")), Expected, UnknownCause.Trouble);
        var validating = heard.Where(exam => exam.Validates == true).ToList();
        return Pass($"{string.Join(", ", heard.Select(exam => exam.Resolver.ToString()))} tell the truth; {(validating.Count == 0 ? "none validates DNSSEC" : $"{validating.Count} of {heard.Count} validate DNSSEC")}", Expected);
    }
}

/// <summary>FB-10: at least one view is from outside the translation.</summary>
public sealed class VantageCheck() : IdentityCheck(new CheckCard("FB-10", CheckKind.Outside)
{
    Title = "somebody outside the translation looks, too",
    Severity = FindingSeverity.Warn, Scope = CheckScope.Node,
    Evidence = "the vantage points that are configured: witnesses, reflectors, this node", EnforcedBy = "nobody; from inside a translation the outside can look right and be wrong",
    Fix = FixKind.Configuration | FixKind.Operator, Remedy = "Run `namesake reflect` on a host outside, or configure witnesses", Article = "auditor-vantage",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string Expected = "a vantage point outside the translation";
        if (facts.Auditor is not { Vantages: { } vantages })
            return NotObservable("nobody has said from where the outside is looked at");
        if (!facts.Source.IsTranslated && facts.Bind is { } bind)
            return bind.Works ? Pass($"{facts.Source.PublicAddress} is this node's own: there is no translation to be outside of", Expected) : NotApplicable("the local address cannot be bound (EG-03)");
        var outside = vantages.Where(vantage => vantage.Place == VantagePlace.Outside).Select(vantage => vantage.Name).ToList();
        if (outside.Count > 0)
            return Pass(string.Join(", ", outside), Expected);
        return vantages.Any(vantage => vantage.Place == VantagePlace.Unknown)
            ? Unknown($"where {string.Join(", ", vantages.Where(vantage => vantage.Place == VantagePlace.Unknown).Select(vantage => vantage.Name))} stands is not known", Expected, UnknownCause.NoWitness)
            : Bad(vantages.IsEmpty ? "nobody looks from outside" : $"{string.Join(", ", vantages.Select(vantage => vantage.Name))}: all inside", Expected, "Run `namesake reflect` on a host outside the firewall and name it under witnesses, or name receivers that echo our address");
    }
}
