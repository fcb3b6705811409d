using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Messages;

/// <summary>A consignment on its way: where it goes and as whom. What Routing makes, Gating queues and Delivery carries out.</summary>
/// <param name="Source">The source as configured now; a session opened for an older definition never carries it.</param>
public sealed record Waybill(Consignment Consignment, Source Source, Reachable Route)
{
    /// <summary>Of the sessions that may carry it.</summary>
    public SessionKey Session => new(Source, Route.Site, Route.Destination, Route.Tls, Certificate: null);
}
