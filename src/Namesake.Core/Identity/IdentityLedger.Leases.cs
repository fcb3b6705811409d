using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

// What this node may send from at all (FB-08).
public sealed partial class IdentityLedger
{
    /// <summary>No session, no probe and no word to the store without it.</summary>
    internal bool MayDial(SourceId source) => _leases?.Holds(source) ?? true;

    /// <inheritdoc cref="LeaseBook.LeaseOf"/>
    public SourceLease? LeaseOf(SourceId source) => _leases?.LeaseOf(source);

    private SourceStanding WithoutLease(SourceStanding standing)
    {
        // It may have come back between the two questions.
        if (_leases!.HoldOf(standing.Source) is not { } hold)
            return standing;
        var told = new Finding(hold.Check, FindingSeverity.Hold, hold.Seen, hold.Expected, $"It {hold.EndsWhen}", hold.Since);
        return standing with { Hold = hold, Findings = standing.Findings.Insert(0, told) };
    }

    private void LeaseChanged(SourceId source)
    {
        if (!_records.TryGetValue(source, out var record) || Of(source) is not { } standing)
            return;
        Announce(new StandingChange(source, null, standing.IsOpen));
        if (!MayDial(source))
            return;
        // What the outside sees of this node was not asked about while another had the source; DNS was.
        Save(record);
        Want(new WitnessErrand(source), TimeSpan.Zero);
        foreach (var lane in HeldLanes().Where(lane => lane.Source == source))
            Want(lane, TimeSpan.Zero);
    }
}
