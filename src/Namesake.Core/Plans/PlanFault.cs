using System.Collections.Immutable;

namespace Namesake.Core.Plans;

/// <summary>What is wrong with a plan's text, and where: "steps[0].changes[2].new.ttl".</summary>
/// <param name="Place">Empty: the whole document.</param>
public sealed record PlanFault(string Place, string Text)
{
    public override string ToString() => Place.Length == 0 ? Text : $"{Place}: {Text}";
}

/// <summary>A plan read from text, or all that is wrong with it.</summary>
public sealed record PlanReading(Plan? Plan, ImmutableArray<PlanFault> Faults);
