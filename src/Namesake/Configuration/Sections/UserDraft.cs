using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

internal sealed record UserDraft(Place At, Placed<string>? Name, Placed<BrandId>? Brand, Placed<string>? PasswordHash, SendingLimits Limits, AnomalyOverride? Anomalies);
