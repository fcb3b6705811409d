namespace Namesake.Core.Identity.Checks;

/// <summary>What people may know of a check without running it: the row of the catalogue.</summary>
/// <param name="Id">Stable, "PT-01"; never reused.</param>
/// <param name="Kind">Whose word it rests on.</param>
public sealed record CheckCard(string Id, CheckKind Kind)
{
    /// <summary>What must be so, as one sentence without a full stop: "an IPv4 public address has a PTR record".</summary>
    public required string Title { get; init; }

    /// <summary>What a failure means where no policy says otherwise. Only checks of the groups EG, EH and PT hold by themselves, FB-01 and FB-08; the others must be promoted.</summary>
    public FindingSeverity Severity { get; init; } = FindingSeverity.Hold;

    /// <summary>The policy it belongs to: a rule of <see cref="IdentityPolicy.Strict"/> is told, not held, under <c>forward</c>; null for rules of no policy.</summary>
    public IdentityPolicy? Rule { get; init; }

    /// <summary>The most that a hold of it may stop.</summary>
    public CheckScope Scope { get; init; } = CheckScope.Source;

    public CheckMoments When { get; init; } = CheckMoments.Audit;

    /// <summary>What is looked at, in a few words: "PTR from every server of the reverse zone".</summary>
    public required string Evidence { get; init; }

    /// <summary>The receivers, lists and programs that refuse or punish it, with their codes where they have some; empty when nobody is known to.</summary>
    public required string EnforcedBy { get; init; }

    /// <summary>Who puts it right.</summary>
    public required FixKind Fix { get; init; }

    /// <summary>The fix in general, as an instruction; a finding has it with its own values.</summary>
    public required string Remedy { get; init; }

    /// <summary>The page of the knowledge base: lower case and hyphens, "ptr-missing". Several checks may share one.</summary>
    public required string Article { get; init; }
}

/// <summary>What a hold may stop at most (docs/verdicts.md §1).</summary>
public enum CheckScope
{
    Node,

    /// <summary>One address of one family.</summary>
    Source,
    Brand,
    SenderDomain,

    /// <summary>A source towards one site.</summary>
    Lane,
    Site,
    Message,
}

/// <summary>When a check is looked at.</summary>
[Flags]
public enum CheckMoments
{
    None = 0,

    /// <summary>When configuration is written.</summary>
    Plan = 1,

    /// <summary>Before a socket is opened, from what is known.</summary>
    Gate = 2,

    /// <summary>In the session, before MAIL FROM.</summary>
    Wire = 4,

    /// <summary>On a timer or on demand; never delays a delivery.</summary>
    Audit = 8,

    /// <summary>From replies and reports.</summary>
    Reply = 16,
}

/// <summary>Where the fix is made.</summary>
[Flags]
public enum FixKind
{
    None = 0,
    Dns = 1,
    Firewall = 2,
    Configuration = 4,

    /// <summary>A person outside of this software: a provider, a list's operator.</summary>
    Operator = 8,
}
