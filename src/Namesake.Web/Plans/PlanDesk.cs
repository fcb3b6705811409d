using System.Collections.Immutable;
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

    /// <summary>Has the journal say that somebody was refused what he asked for, and why.</summary>
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

/// <param name="Plan">Null: <paramref name="Missing"/> says what the configuration lacks for it.</param>
public sealed record PlanMade(Plan? Plan, string? Missing);

/// <param name="Apart">Sentences about what is not as the plan left it.</param>
public sealed record PlanComparison(ImmutableArray<string> Apart, ImmutableArray<SeenIdentity> Seen);
