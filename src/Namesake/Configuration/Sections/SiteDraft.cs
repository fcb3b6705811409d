using System.Collections.Immutable;

namespace Namesake.Configuration.Sections;

internal sealed record SiteDraft(
    Place At, ImmutableArray<Placed<string>> Sites, int? Connections, int? MessagesPerConnection, int? MessagesPerMinute, int? ConnectionsInAll, int? MessagesPerMinuteInAll);
