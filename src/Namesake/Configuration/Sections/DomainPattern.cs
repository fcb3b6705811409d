using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <param name="Domain">Null: every domain.</param>
internal sealed record DomainPattern(DomainName? Domain, bool Below)
{
    public override string ToString() => Domain is null ? "*" : Below ? $"*.{Domain}" : Domain.Value;
}
