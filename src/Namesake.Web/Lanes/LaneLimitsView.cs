using Namesake.Core.Pipeline.Gating;

namespace Namesake.Web.Lanes;

/// <summary>What a lane may ask of its receiver.</summary>
/// <param name="ConnectionsNow">Most connections it may have at this moment; grows towards <paramref name="Connections"/> with each message taken.</param>
/// <param name="MessagesPerConnection">Null: no limit.</param>
/// <param name="MessagesPerMinute">Null: no limit.</param>
/// <param name="ConnectionsInAll">Of all sources of the node towards the site; null: no limit.</param>
/// <param name="MessagesPerMinuteInAll">As <paramref name="ConnectionsInAll"/>.</param>
public sealed record LaneLimitsView(int Connections, int ConnectionsNow, int? MessagesPerConnection, int? MessagesPerMinute, int? ConnectionsInAll = null, int? MessagesPerMinuteInAll = null)
{
    public static LaneLimitsView? Of(Lane lane) => lane.Limits is { } limits
        ? new LaneLimitsView(limits.Connections, lane.Width, limits.MessagesPerConnection, limits.MessagesPerMinute, limits.ConnectionsInAll, limits.MessagesPerMinuteInAll)
        : null;
}
