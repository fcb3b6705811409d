using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

internal sealed record ResellerDraft(Place At, Placed<ResellerId>? Id, SendingLimits Limits);
