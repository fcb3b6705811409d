using System.Collections.Immutable;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Verdicts;

/// <summary>From the standings of all checks to one verdict and, when something must stop, one hold that names its cause.</summary>
/// <remarks>1. A check that holds under the policy (some results are graver or lighter than their check) and is failing: misaligned. 2. One that never passed: unknown, held as unproven. 3. One whose grace is over: unknown, held as
/// unknown too long. 4. One in grace: unknown, open. 5. Else aligned, suspicions included: one bad answer of DNS holds nothing. An override skips what DNS and the outside
/// say when the hold is chosen, but changes no verdict.</remarks>
public static class Conclude
{
    /// <param name="promoted">Checks of the audit that hold as well: when they fail for certain, never for want of an answer, and an override opens them all.</param>
    public static Conclusion From(
        Source source, IdentityPolicy policy, IReadOnlySet<string> promoted, ImmutableDictionary<string, CheckMemory> memories, OverrideNote? overrides, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(memories);
        ArgumentNullException.ThrowIfNull(context);
        var holding = IdentityChecks.All.Concat(Catalogue.Audited.Where(check => promoted.Contains(check.Id)))
            .Select(check => (Check: check, Memory: memories.GetValueOrDefault(check.Id) ?? CheckMemory.Blank(check.Id, context.Now)))
            .Where(pair => SeverityOf(pair.Check, pair.Memory, policy, promoted) == FindingSeverity.Hold).ToList();

        // A failing check whose premise failed since comes last: the premise's own check is the better reason.
        var failing = holding.Where(pair => pair.Memory.Standing == CheckStanding.Failing).OrderByDescending(pair => pair.Memory.IsApplicable).ToList();
        var unproven = holding.Where(pair => !promoted.Contains(pair.Check.Id) && !pair.Memory.HasPassed && pair.Memory.IsApplicable && pair.Memory.Standing is not (CheckStanding.Failing or CheckStanding.Suspect)).ToList();
        var lapsed = holding.Where(pair => !promoted.Contains(pair.Check.Id) && pair.Memory.Standing == CheckStanding.Lapsed).ToList();
        var waning = holding.Where(pair => !promoted.Contains(pair.Check.Id) && CheckTransitions.IsWaning(pair.Memory)).ToList();

        var open = overrides is not null && overrides.Until > context.Now;
        Hold? Held(List<(IdentityCheck Check, CheckMemory Memory)> pairs, string reason) =>
            pairs.Where(pair => !(open && (pair.Check.CanBeOverridden || promoted.Contains(pair.Check.Id)))).Select(pair => HoldOf(source, pair.Check, pair.Memory, reason)).FirstOrDefault();

        return new Conclusion(
            failing.Count > 0 ? Verdict.Misaligned : unproven.Count + lapsed.Count + waning.Count(pair => pair.Memory.Standing == CheckStanding.Unknown) > 0 ? Verdict.Unknown : Verdict.Aligned,
            Held(failing, "misaligned") ?? Held(unproven, "unproven") ?? Held(lapsed, "unknown-too-long"),
            Findings(policy, promoted, memories, context),
            IsProven: holding.All(pair => pair.Memory.HasPassed || !pair.Memory.IsApplicable || promoted.Contains(pair.Check.Id)),
            AllPassing: holding.All(pair => pair.Memory.Standing == CheckStanding.Passing || !pair.Memory.IsApplicable || (promoted.Contains(pair.Check.Id) && pair.Memory.Standing != CheckStanding.Failing)),
            GraceEnds: waning.Count == 0 || context.InDoubt ? null : waning.Min(pair => context.Now + (pair.Memory.PassedMark!.Value + pair.Memory.Grace - context.Mark)),
            ConfirmAt: holding.Where(pair => pair.Memory.Standing == CheckStanding.Suspect).Select(pair => pair.Memory.FirstBad + context.Options.Confirmation).Min());
    }

    private static FindingSeverity SeverityOf(IdentityCheck check, CheckMemory memory, IdentityPolicy policy, IReadOnlySet<string> promoted) =>
        promoted.Contains(check.Id) ? check.SeverityUnder(policy, promoted) : memory.SeverityUnder(check, policy);

    private static Hold HoldOf(Source source, IdentityCheck check, CheckMemory memory, string reason)
    {
        var result = memory.BadResult ?? memory.Last;
        return new Hold(source.Id, null, check.Id, check.Id is "EG-02" or "EG-03" && reason == "misaligned" ? "address-missing" : reason,
            result.Seen, result.Expected, reason == "misaligned" ? memory.FirstBad ?? memory.Since : memory.Since, EndsWhen(source, check, reason));
    }

    private static string EndsWhen(Source source, IdentityCheck check, string reason) => (reason, check.Kind) switch
    {
        ("unproven", _) => "opens by itself as soon as it is proven; looked at again at least every minute",
        ("unknown-too-long", _) => "opens by itself as soon as the question is answered and the answer is right",
        (_, CheckKind.Local) => $"ends by itself when {source.LocalAddress} can be used again",
        (_, CheckKind.Configuration) => "ends when the configuration is corrected",
        (_, CheckKind.Outside) when check.Id == "FB-01" => $"ends by itself when one of them takes a message: one is tried every {RefusalRules.BetweenTrials.TotalMinutes:0} minutes",
        (_, CheckKind.Outside) => $"ends by itself when the outside sees {source.PublicAddress} again; asked every 30 seconds to 15 minutes",
        _ => "ends by itself when DNS is right; looked at again every minute",
    };

    private static ImmutableArray<Finding> Findings(IdentityPolicy policy, IReadOnlySet<string> promoted, ImmutableDictionary<string, CheckMemory> memories, EvaluationContext context)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var check in IdentityChecks.All.Concat(Catalogue.Audited))
            if (memories.TryGetValue(check.Id, out var memory) && memory.IsApplicable && FindingOf(check, policy, promoted, memory, context) is { } finding)
                findings.Add(finding);
        return [.. findings.OrderByDescending(finding => finding.Severity)]; // stable: within one severity the catalogue's order remains
    }

    private static Finding? FindingOf(IdentityCheck check, IdentityPolicy policy, IReadOnlySet<string> promoted, CheckMemory memory, EvaluationContext context)
    {
        if (memory.BadResult is { } bad && memory.Standing is CheckStanding.Failing or CheckStanding.Suspect)
        {
            var seen = memory.Standing == CheckStanding.Suspect
                ? $"{bad.Seen} (seen once, at {memory.FirstBad:HH:mm:ss} UTC; to be confirmed from {memory.FirstBad + context.Options.Confirmation:HH:mm:ss} on)"
                : memory.Last.Outcome == CheckOutcome.Unknown ? $"{bad.Seen}; since then: {memory.Last.Seen}" : bad.Seen;
            return new Finding(check.Id, SeverityOf(check, memory, policy, promoted), seen, bad.Expected, bad.Fix, memory.FirstBad ?? memory.Since, check.RuleName);
        }
        if (memory.Last.Outcome != CheckOutcome.Unknown)
            return null;
        return memory.Standing == CheckStanding.Lapsed
            ? new Finding(check.Id, FindingSeverity.Warn, $"{memory.Last.Seen}; last seen right {memory.PassedAt:yyyy-MM-dd HH:mm} UTC", memory.Last.Expected, UnknownFix(check), memory.Since, check.RuleName, IsUnknown: true)
            : new Finding(check.Id, FindingSeverity.Info, memory.Last.Seen, memory.Last.Expected, UnknownFix(check), memory.Since, check.RuleName, IsUnknown: true);
    }

    private static string UnknownFix(IdentityCheck check) => check.Kind == CheckKind.Dns
        ? "Nothing is known to be wrong. See that the name servers answer, over UDP and TCP"
        : "Nothing is known to be wrong. Configure a witness that echoes our address, or attest the translation";
}
