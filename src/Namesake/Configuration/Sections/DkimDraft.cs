using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal sealed record DkimDraft(Place At, Placed<DomainName>? Domain, Placed<string>? Selector, Placed<string>? KeyFile);
