using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline;

/// <summary>Decides, before a message is stored, which queue its recipients of one domain wait in and whether they are sent at once.</summary>
public interface IPlacement
{
    Placement Place(Brand brand, MessageId message, DomainName domain, string? via);
}

/// <param name="Claimed">True: stored as claimed, with <paramref name="Due"/> as its first retry, and handed on in memory. False: waits in the spool from <paramref name="Due"/> on.</param>
public sealed record Placement(QueueKey Key, bool Claimed, DateTimeOffset Due);
