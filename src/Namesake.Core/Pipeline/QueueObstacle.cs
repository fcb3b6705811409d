using Namesake.Core.Brands;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>What keeps queues from moving, so that one look at it answers for all of them.</summary>
/// <param name="Brand">The source is not this brand's, or the brand is gone; null: the source or lane is what is closed.</param>
/// <param name="Site">The lane's; null: the whole source.</param>
/// <param name="Destination">Hosts that rest alone; null: the whole lane, or it is no rest.</param>
internal sealed record QueueObstacle(BrandId? Brand, SourceId Source, SiteId? Site, string? Destination, RouteIdentity Identity);
