using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal sealed record ListenerDraft(
    Place At,
    Placed<IPEndPoint>? Address,
    Placed<BrandId>? Brand,
    ImmutableArray<Placed<IPRange>> RelayFrom,
    Placed<HostName>? Name,
    bool ImplicitTls,
    Placed<BrandId>? NullSenderBrand,
    bool DsnToPeer,
    int MaximumConnections,
    int MaximumConnectionsPerClient,
    int MaximumRecipients,
    SendingLimits ClientLimits);
