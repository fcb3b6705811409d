using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Not sending on purpose: why, since when, and what would end it.</summary>
/// <param name="Site">The lane's site; null when the whole source is held.</param>
/// <param name="Check">The check that caused it, "EG-01"; empty where the configuration did, not a check.</param>
/// <param name="Reason">One stable word for programs: "misaligned", "unproven", "unknown-too-long", "address-missing", "fence", "own-name", "family-left-out", "proof-too-old", "source-gone", "brand-gone", "not-the-brands", "suspended", "warm-up", "no-lease", "plan-undecided".</param>
/// <param name="Seen">What is wrong; of a suspension, whose word it is and why.</param>
/// <param name="Expected">Empty where nothing is expected of anybody.</param>
/// <param name="EndsWhen">One sentence: what releases it.</param>
public sealed record Hold(
    SourceId Source,
    SiteId? Site,
    string Check,
    string Reason,
    string Seen,
    string Expected,
    DateTimeOffset Since,
    string EndsWhen)
{
    /// <summary>The reason of a lane that an operator has suspended.</summary>
    public const string Suspended = "suspended";

    /// <summary>The reason of a source that has carried what its warm-up allows it today.</summary>
    public const string WarmUp = "warm-up";

    /// <summary>The reason of an IPv6 lane whose receiver asks more of IPv6 than it finds: IPv4 goes on.</summary>
    public const string FamilyLeftOut = "family-left-out";

    /// <summary>The reason of a source that another node may be sending from, or whose lease the database has not renewed (FB-08).</summary>
    public const string NoLease = "no-lease";

    /// <summary>The reason of a source whose plan is neither confirmed nor undone.</summary>
    public const string PlanUndecided = "plan-undecided";

    /// <summary>The line shown to operators for every message it holds.</summary>
    public string Describe() => Reason is Suspended or PlanUndecided ? $"{Seen}; {EndsWhen}" : Reason == WarmUp ? $"{Seen}, {EndsWhen}" : $"{Check} {Reason}: saw {Seen}; expected {Expected}; {EndsWhen}".TrimStart();

    /// <summary>The same for a sender, in a report: without what was seen, which may name another brand of ours or somebody else's address.</summary>
    public string ToSender() => $"{Reason switch
    {
        "misaligned" => "the name and the address your mail leaves under do not agree in DNS or as others see them",
        "unproven" => "the name and the address your mail leaves under are not verified yet",
        "unknown-too-long" => "the name and the address your mail leaves under could not be verified for too long",
        "address-missing" => "the address your mail leaves from is not available",
        "fence" => "the receiving side sees another address than the one your mail leaves from",
        "own-name" => "the receiving side bears the name your mail leaves under",
        FamilyLeftOut => "the receiving side does not take your mail over IPv6 for now",
        "source-gone" => "the address your mail leaves from is not configured any more",
        "brand-gone" => "the brand your mail leaves as is not configured any more",
        "not-the-brands" => "the address your mail was to leave from is not the brand's any more",
        Suspended => "the operator of this relay sends nothing to the receiving side for now",
        NoLease => "another machine may be sending from the address your mail leaves from",
        WarmUp => "the address your mail leaves from is new, and carries no more of it today",
        PlanUndecided => "the address your mail leaves from is being changed",
        "proof-too-old" => "the address your mail leaves from was not confirmed recently enough",
        _ => Reason,
    }}{(Check.Length > 0 ? $" ({Check})" : "")}";
}
