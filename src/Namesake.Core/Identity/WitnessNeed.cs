namespace Namesake.Core.Identity;

/// <param name="IsUrgent">All witnesses, now, and again on a back-off; else one at its time.</param>
/// <param name="At">When the proof is to be renewed; null: never.</param>
internal sealed record WitnessNeed(bool IsUrgent, DateTimeOffset? At)
{
    public static WitnessNeed None { get; } = new(false, null);

    public static WitnessNeed Urgent { get; } = new(true, null);
}
