namespace Namesake.Core.Plans.Applying;

/// <summary>What somebody asks of the process that carries plans out. A closed family.</summary>
/// <param name="By">Whose name stands in the journal.</param>
public abstract record PlanOrder(PlanId Id, string By)
{
    /// <param name="Limits">Null: the configuration's.</param>
    public sealed record Apply(Plan Plan, ApplyWish Wish, PlanLimits? Limits, string By) : PlanOrder(Plan.Id, By);

    public sealed record Undo(Plan Plan, string By) : PlanOrder(Plan.Id, By)
    {
        /// <summary>What can't be taken back is left as it is.</summary>
        public bool Leave { get; init; }
    }
}

/// <summary>An order and how far it is. What was done step by step stands in the plan's journal.</summary>
/// <param name="Ended">Null: it is being carried out.</param>
/// <param name="Outcome">Null until then.</param>
public sealed record PlanWork(PlanOrder Order, DateTimeOffset Started, DateTimeOffset? Ended, PlanOutcome? Outcome);
