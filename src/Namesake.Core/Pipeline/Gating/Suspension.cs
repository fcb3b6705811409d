using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>An operator's word that nothing leaves by a lane, or to a site at all.</summary>
/// <param name="Source">Null: every source, those that come later too.</param>
/// <param name="Reason">Why, in the operator's words; one line.</param>
/// <param name="By">Who said so.</param>
/// <param name="Until">When it ends by itself; null: when somebody resumes it.</param>
public sealed record Suspension(SourceId? Source, SiteId Site, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>What is closed, for the log.</summary>
    public string What => Source is { } source ? new LaneKey(source, Site).ToString() : $"every source → {Site}";

    /// <summary>The verb that ends it.</summary>
    public string Resume => Source is { } source ? $"namesake lanes resume {source} {Site}" : $"namesake sites resume {Site}";

    public bool IsOver(DateTimeOffset now) => Until <= now;

    /// <param name="source">Of the lane that was asked for.</param>
    public Hold ToHold(SourceId source) => new(source, Site, "", Hold.Suspended, $"suspended{(Source is null ? $" towards {Site}, as every source is," : "")} by {By}: {Reason}", "", Since,
        Until is { } until ? $"ends by itself at {until:yyyy-MM-dd HH:mm} UTC, or sooner with `{Resume}`" : $"ends with `{Resume}`");
}
