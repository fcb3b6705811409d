namespace Namesake.Core.Identity;

/// <param name="IsUrgent">All witnesses, now, and again on a back-off; else one at its time.</param>
/// <param name="At">When the proof is to be renewed; null: never.</param>
/// <param name="IsRoutine">Nothing depends on the answer but to know it: who doesn't answer is asked again at the next time, and reflectors of ours before strangers.</param>
internal sealed record WitnessNeed(bool IsUrgent, DateTimeOffset? At, bool IsRoutine = false)
{
    public static WitnessNeed None { get; } = new(false, null);

    public static WitnessNeed Urgent { get; } = new(true, null);
}
