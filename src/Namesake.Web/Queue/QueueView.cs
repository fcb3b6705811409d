using Namesake.Web.Lanes;
using Namesake.Web.Sources;

namespace Namesake.Web.Queue;

/// <summary>What waits for one brand, source and recipient domain.</summary>
/// <param name="State">"held" (all of it), "resting", "draining" (its source is retiring) or "moving".</param>
/// <param name="Site">Where it goes; null while that isn't known (nothing was sent there since the start).</param>
/// <param name="Waiting">Recipients, those being tried now included.</param>
/// <param name="EarliestDue">Null when all of them are being tried now or kept back.</param>
/// <param name="Kept">Of the recipients waiting, those somebody keeps back.</param>
/// <param name="KeptBy">By whose words; null when nobody's.</param>
/// <param name="Matching">Recipients the filter means, where it goes by message; null: all of them.</param>
/// <param name="FirstExpires">When the oldest held message is given up; null when the queue isn't held.</param>
public sealed record QueueView(
    long Id,
    string Brand,
    string Source,
    string Domain,
    string State,
    string? Site,
    long Waiting,
    DateTimeOffset? EarliestDue,
    HoldView? Hold,
    RestView? Rest,
    DateTimeOffset? FirstExpires,
    long Kept = 0,
    IReadOnlyList<KeptView>? KeptBy = null,
    long? Matching = null);
