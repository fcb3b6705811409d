using Namesake.Core.Brands;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Messages;

/// <summary>What waits together: one brand's mail for one recipient domain from one source.</summary>
public sealed record QueueKey(BrandId Brand, SourceId Source, DomainName Domain)
{
    public override string ToString() => $"{Brand}/{Source}/{Domain}";
}

/// <summary>The row of a queue in the spool.</summary>
public readonly record struct QueueId(long Value);
