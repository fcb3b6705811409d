using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Receivers;

namespace Namesake.Configuration.Sections;

internal sealed record RouteDraft(Place At, ImmutableArray<Placed<DomainPattern>> Domains, Placed<HostAndPort>? Via, int Connections, Placed<RouteIdentity>? Identity);
