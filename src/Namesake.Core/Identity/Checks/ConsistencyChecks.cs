using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>Whether what runs is what was wanted, and whether anybody has looked lately.</summary>
public static class ConsistencyChecks
{
    public static ImmutableArray<IdentityCheck> All { get; } = [new DriftCheck(), new GreenAuditCheck(), new OneHolderCheck()];
}

/// <summary>FB-06: records and rules we made are as we made them.</summary>
public sealed class DriftCheck() : IdentityCheck(new CheckCard("FB-06", CheckKind.Configuration)
{
    Title = "records and rules that were made by a plan are as it made them",
    Severity = FindingSeverity.Fail,
    Evidence = "what plans have made, against DNS, firewall and the running relay",
    EnforcedBy = "", Fix = FixKind.Dns | FixKind.Firewall | FixKind.Configuration,
    Remedy = "Find out who changed it; restore what the plan made (`namesake plan restore`), or adopt what somebody changed (`namesake plans adopt`)", Article = "drift",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Consistency?.Drifts is not { } drifts)
            return NotObservable("nothing was made by a plan here");
        const string Expected = "as it was made";
        return drifts.IsEmpty
            ? Pass("everything is as it was made", Expected)
            : Bad(string.Join("; ", drifts.Select(drift => $"{drift.Where}: {drift.Seen} in place of {drift.Wanted}")), Expected, "Find out who changed it. `namesake plan restore -o FILE` puts back what the plan made; `namesake plans adopt` takes what is there now as ours");
    }
}

/// <summary>FB-07: the source was seen right in full not long ago.</summary>
public sealed class GreenAuditCheck() : IdentityCheck(new CheckCard("FB-07", CheckKind.Configuration)
{
    Title = "an audit has seen everything right not long ago",
    Severity = FindingSeverity.Fail, When = CheckMoments.Gate | CheckMoments.Audit,
    Evidence = "the end of the last audit in which nothing of severity FAIL or HOLD failed",
    EnforcedBy = "", Fix = FixKind.Operator,
    Remedy = "Put right what the audits tell; they come by themselves", Article = "audit-age",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Consistency is not { } known)
            return NotObservable("only a relay remembers its audits");
        var expected = FormattableString.Invariant($"an audit without failures in the last {known.Limit.TotalHours:0} hours");
        if (known.LastGreen is { } green)
        {
            return known.Now - green <= known.Limit
                ? Pass($"all was right at {green:yyyy-MM-dd HH:mm} UTC", expected)
                : Bad($"all was right last at {green:yyyy-MM-dd HH:mm} UTC", expected, "Put right what this audit tells");
        }

        return known.Now - known.Since <= known.Limit
            ? NotApplicable("the source is too new to have been audited often")
            : Bad($"never right in full since {known.Since:yyyy-MM-dd HH:mm} UTC", expected, "Put right what this audit tells");
    }
}

/// <summary>FB-08: this node alone sends from the source. What it says of the relay's own sources holds at once (<see cref="IdentityLedger"/>), under every policy and override.</summary>
public sealed class OneHolderCheck() : IdentityCheck(new CheckCard("FB-08", CheckKind.Local)
{
    Title = "this node alone holds the source",
    When = CheckMoments.Gate | CheckMoments.Wire,
    Evidence = "the lease in the database that relays share; the embedded spool is one relay's alone",
    EnforcedBy = "receivers that look at names per address", Fix = FixKind.Configuration,
    Remedy = "Take the source out of the configuration of all nodes but one; a node that waits to take over needs nothing", Article = "one-holder",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Consistency?.Lease is not { } known)
            return NotObservable("only a relay holds sources, and nodes tell each other through the database they share");
        var expected = $"{known.Node} alone holds it";
        if (known.Other is { } other && !known.IsHeld)
            return Bad($"{other} holds it since {known.Lease!.Since:yyyy-MM-dd HH:mm:ss} UTC", expected, $"Take the source out of the configuration of {other} or of this node; where {known.Node} is to take over only, wait");
        if (!known.IsHeld)
            return Unknown(known.Trouble is { } trouble ? $"the database did not renew the lease: {trouble}" : "the database has not granted the lease yet", expected, UnknownCause.Trouble);
        return Pass(known.Lease is { } lease ? $"{known.Node} holds it since {lease.Since:yyyy-MM-dd HH:mm:ss} UTC" : $"the spool is {known.Node}'s alone", expected);
    }
}
