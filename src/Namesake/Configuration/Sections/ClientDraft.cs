using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal sealed record ClientDraft(Place At, Placed<IPRange>? Range, Placed<BrandId>? Brand, SendingLimits? Limits);
