using System.Collections.Immutable;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;

namespace Namesake.Web.Plans;

/// <summary>What plans are made, kept and carried out with, as the composition root put it together.</summary>
public sealed record PlanDesk
{
    public required IPlanStore Store { get; init; }

    public required PlansAtWork Work { get; init; }

    /// <summary>The configuration's.</summary>
    public required Func<PlanLimits> Limits { get; init; }

    /// <summary>Looks at DNS and plans. Changes nothing and keeps nothing.</summary>
    public required Func<PlanWish, CancellationToken, Task<Plan>> MakeDns { get; init; }

    /// <summary>The same for translation, or why there is nothing to plan for; null: this relay plans none.</summary>
    public Func<PlanWish, CancellationToken, Task<PlanMade>>? MakeNat { get; init; }

    /// <summary>How a plan stands now, here and outside. Changes nothing.</summary>
    public required Func<Plan, CancellationToken, Task<PlanComparison>> VerifyAsync { get; init; }

    /// <summary>What forbids an apply whatever the outside looks like, in sentences.</summary>
    public required Func<Plan, ApplyWish, PlanLimits?, ImmutableArray<string>> ObjectionsTo { get; init; }

    /// <summary>What of a plan takes consent of its own, by the registry and the plan's own word, were everything as the plan expects it.</summary>
    public required Func<Plan, CancellationToken, Task<ImmutableArray<Change>>> ForeignAsync { get; init; }

    /// <summary>What plans have made and somebody has changed since, as it is now.</summary>
    public required Func<CancellationToken, Task<PlanDrift>> DriftAsync { get; init; }

    /// <summary>A plan that puts these back. Changes nothing and keeps nothing.</summary>
    public required Func<PlanDrift, PlanLimits, Plan> Restore { get; init; }

    /// <summary>Takes these as ours where they are still so; by somebody.</summary>
    public required Func<ImmutableArray<OwnedDrift>, string, CancellationToken, Task<PlanAdoption>> AdoptAsync { get; init; }

    /// <summary>Which variant fits.</summary>
    public required Func<PlanQuestion, (Advice Advice, Situation Situation)> Advise { get; init; }

    /// <summary>Has log and journal say that somebody was refused what he asked for, and why; while a plan is being written the log alone.</summary>
    public required Func<PlanOrder.Apply, string, CancellationToken, Task> RefuseAsync { get; init; }

    /// <summary>Why this process can't carry out a verb ("apply", "undo") on a plan, and the command that can; null: it can.</summary>
    public required Func<Plan, string, string?> Obstacle { get; init; }
}

/// <summary>What a plan is to be made for.</summary>
/// <param name="Sources">Empty: all, or none where something is given up.</param>
/// <param name="Firewall">For translation, by its id in the configuration; null: the one there is.</param>
/// <param name="IsExclusive">For translation: each local address has a public one of its own.</param>
/// <param name="List">For translation, in place of our sources: a server that isn't ours; null: our sources.</param>
public sealed record PlanWish(ImmutableArray<SourceId> Sources, ImmutableArray<SourceId> GiveUp, PlanLimits Limits, string? Firewall = null, bool IsExclusive = false, ImmutableArray<WantedIdentity>? List = null);

/// <param name="Troubles">What could not be looked at.</param>
public sealed record PlanDrift(ImmutableArray<OwnedDrift> Drifts, ImmutableArray<string> Troubles);

/// <param name="Left">No longer as it was agreed to, and how it is.</param>
/// <param name="InTheWay">Nothing was taken, and why; null: nothing was in the way.</param>
public sealed record PlanAdoption(ImmutableArray<OwnedDrift> Taken, ImmutableArray<(OwnedDrift Drift, string Why)> Left, string? InTheWay);

/// <summary>What the advisor is asked about.</summary>
/// <param name="List">A server that isn't ours; null: the configuration's sources.</param>
public sealed record PlanQuestion(ImmutableArray<WantedIdentity>? List, bool IsPool, bool CannotBind, bool IsForeignReverse);

/// <param name="Plan">Null: <paramref name="Missing"/> says what the configuration lacks for it.</param>
public sealed record PlanMade(Plan? Plan, string? Missing);

/// <param name="Apart">Sentences about what is not as the plan left it.</param>
public sealed record PlanComparison(ImmutableArray<string> Apart, ImmutableArray<SeenIdentity> Seen);
