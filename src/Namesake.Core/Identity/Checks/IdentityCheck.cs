using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>One rule of the catalogue: a pure function from facts to a result.</summary>
public abstract class IdentityCheck(CheckCard card)
{
    public CheckCard Card { get; } = card;

    public string Id => Card.Id;

    public CheckKind Kind => Card.Kind;

    /// <summary>"strict" or "forward" as findings show it; null for rules that hold under every policy.</summary>
    public string? RuleName => Card.Rule switch
    {
        IdentityPolicy.Strict => "strict",
        IdentityPolicy.Forward => "forward",
        _ => null,
    };

    public abstract CheckResult Judge(IdentityFacts facts);

    /// <summary>What a failure means under a policy. docs/verdicts.md §1: forward tells PT-04 and EH-05, observe tells everything that DNS and the outside say.</summary>
    public FindingSeverity SeverityUnder(IdentityPolicy policy) => SeverityUnder(policy, Card.Severity);

    /// <summary>The same where an operator has it hold.</summary>
    public FindingSeverity SeverityUnder(IdentityPolicy policy, IReadOnlySet<string> promoted)
    {
        ArgumentNullException.ThrowIfNull(promoted);
        return SeverityUnder(policy, promoted.Contains(Id) ? FindingSeverity.Hold : Card.Severity);
    }

    /// <summary>The same for a result that is graver or lighter than the check is mostly.</summary>
    public FindingSeverity SeverityUnder(IdentityPolicy policy, CheckResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return SeverityUnder(policy, result.Severity ?? Card.Severity);
    }

    private FindingSeverity SeverityUnder(IdentityPolicy policy, FindingSeverity severity) => Kind switch
    {
        _ when severity != FindingSeverity.Hold => severity,
        CheckKind.Local or CheckKind.Configuration => FindingSeverity.Hold,
        _ when policy == IdentityPolicy.Observe => FindingSeverity.Fail,
        _ when policy == IdentityPolicy.Forward && Card.Rule == IdentityPolicy.Strict => FindingSeverity.Fail,
        _ => FindingSeverity.Hold,
    };

    /// <summary>Whether an operator's override may open it: never what we control ourselves.</summary>
    public bool CanBeOverridden => Kind is CheckKind.Dns or CheckKind.Outside;

    protected CheckResult Pass(string seen, string expected) => new(Id, CheckOutcome.Pass, seen, expected, "");

    protected CheckResult Bad(string seen, string expected, string fix) => new(Id, CheckOutcome.Bad, seen, expected, fix);

    protected CheckResult Unknown(string seen, string expected, UnknownCause cause) => new(Id, CheckOutcome.Unknown, seen, expected, "") { Cause = cause };

    protected CheckResult NotApplicable(string why) => new(Id, CheckOutcome.NotApplicable, why, "", "");

    /// <param name="why">What would be needed to see it: "only a session shows which address the outside sees".</param>
    protected CheckResult NotObservable(string why) => new(Id, CheckOutcome.NotObservable, why, "", "");

    /// <summary>A result about DNS: outcome and words from the caller, the rest from the evidence it rests on.</summary>
    protected CheckResult About(CheckOutcome outcome, string seen, string expected, string fix, params ReadOnlySpan<DnsEvidence?> evidence)
    {
        var (ttl, cause, resolverOnly, zone) = (TimeSpan.MaxValue, UnknownCause.None, false, (string?)null);
        foreach (var one in evidence)
        {
            if (one is null)
                continue;
            if (one.IsDefinite && one.Ttl < ttl)
                ttl = one.Ttl;
            resolverOnly |= one.ResolverOnly;
            if (outcome == CheckOutcome.Unknown && !one.IsDefinite && cause is UnknownCause.None or UnknownCause.Silent)
                (cause, zone) = (one.Cause, one.Zone);
        }
        if (outcome == CheckOutcome.Unknown && cause == UnknownCause.None)
            cause = UnknownCause.PartlyPropagated;
        return new(Id, outcome, seen, expected, outcome == CheckOutcome.Bad ? fix : "")
        {
            Ttl = ttl == TimeSpan.MaxValue ? TimeSpan.Zero : ttl,
            Cause = outcome == CheckOutcome.Unknown ? cause : UnknownCause.None,
            Zone = zone,
            ResolverOnly = resolverOnly,
        };
    }
}
