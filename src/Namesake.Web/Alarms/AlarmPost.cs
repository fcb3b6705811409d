using System.Collections.Immutable;

namespace Namesake.Web.Alarms;

/// <summary>The body of one post: everything that stands, so that a receiver that missed some needs no memory of ours.</summary>
/// <param name="At">When it was read; a body older than one already taken is a repetition or a replay.</param>
/// <param name="Alarms">At most 100.</param>
/// <param name="More">How many more stand.</param>
/// <param name="Raised">Ids that were not in the post before.</param>
/// <param name="Ended">Ids that were in the post before and stand no longer. After a restart nothing is known of before: what isn't among the alarms is over.</param>
public sealed record AlarmPost(
    string Node,
    string Version,
    DateTimeOffset At,
    ImmutableArray<AlarmView> Alarms,
    int More,
    ImmutableArray<string> Raised,
    ImmutableArray<string> Ended);
