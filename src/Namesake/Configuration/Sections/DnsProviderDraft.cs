using System.Collections.Immutable;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <param name="Settings">Null when something it needs was missing or wrong; that has been reported.</param>
internal sealed record DnsProviderDraft(Place At, Placed<string>? Id, ImmutableArray<Placed<DomainName>> Zones, DnsProviderSettings? Settings);
