using Namesake.Core.Brands;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Messages;

/// <summary>What waits together: one brand's mail for one recipient domain from one source, by one way.</summary>
/// <param name="Via">A next hop "host:port" that overrides routing; null: routed by domain. Part of the key, because what holds the one way may leave the other open.</param>
public sealed record QueueKey(BrandId Brand, SourceId Source, DomainName Domain, string? Via = null)
{
    public override string ToString() => Via is null ? $"{Brand}/{Source}/{Domain}" : $"{Brand}/{Source}/{Domain} via {Via}";
}

/// <summary>The row of a queue in the spool.</summary>
public readonly record struct QueueId(long Value);
