using Namesake.Core.Identity;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>An operator's word that nothing leaves by a lane.</summary>
/// <param name="Reason">Why, in the operator's words; one line.</param>
/// <param name="By">Who said so.</param>
/// <param name="Until">When it ends by itself; null: when somebody resumes it.</param>
public sealed record Suspension(LaneKey Lane, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>The verb that ends it.</summary>
    public string Resume => $"namesake lanes resume {Lane.Source} {Lane.Site}";

    public bool IsOver(DateTimeOffset now) => Until <= now;

    public Hold ToHold() => new(Lane.Source, Lane.Site, "", Hold.Suspended, $"suspended by {By}: {Reason}", "", Since,
        Until is { } until ? $"ends by itself at {until:yyyy-MM-dd HH:mm} UTC, or sooner with `{Resume}`" : $"ends with `{Resume}`");
}
