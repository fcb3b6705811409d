namespace Namesake.Core.Receivers;

/// <summary>How much may be asked of one receiver. Held per lane but for <see cref="ConnectionsInAll"/> and <see cref="MessagesPerMinuteInAll"/>: another source has its own share, as receivers count by client address.</summary>
public sealed record SiteLimits
{
    /// <summary>Connections at once from one source.</summary>
    /// <value>Default 10: what large receivers are known to take from one address without throttling, and the default of KumoMTA's shaping file. Range 1 to 10,000.</value>
    public int Connections { get; init; } = 10;

    /// <summary>Connections at once from all sources of the node together.</summary>
    /// <value>Default null: no limit beside each source's own, since receivers count by client address and none of the large ones publishes a number for a sender's addresses together.
    /// Range 1 to 100,000. Lanes above it take turns.</value>
    public int? ConnectionsInAll { get; init; }

    /// <summary>Transactions on one connection before it is ended with QUIT and another is made.</summary>
    /// <value>Default 100, KumoMTA's; null: as many as come. Range 1 to 100,000. A message with more than 100 recipients is one transaction for each hundred.</value>
    public int? MessagesPerConnection { get; init; } = 100;

    /// <summary>Messages begun per minute from one source; retries count, and each hundred recipients of a message count as one.</summary>
    /// <value>Default null: no limit, since receivers publish none. Range 1 to 1,000,000. What is above waits in the spool.</value>
    public int? MessagesPerMinute { get; init; }

    /// <summary>Messages begun per minute from all sources of the node together; retries count.</summary>
    /// <value>Default null: no limit beside each source's own, as with <see cref="ConnectionsInAll"/>. Range 1 to 10,000,000. What is above waits in the spool.</value>
    public int? MessagesPerMinuteInAll { get; init; }

    /// <summary>For a domain whose hosts are several operators': of each limit the lower.</summary>
    public SiteLimits AndAlso(SiteLimits other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SiteLimits
        {
            Connections = Math.Min(Connections, other.Connections),
            ConnectionsInAll = Lower(ConnectionsInAll, other.ConnectionsInAll),
            MessagesPerConnection = Lower(MessagesPerConnection, other.MessagesPerConnection),
            MessagesPerMinute = Lower(MessagesPerMinute, other.MessagesPerMinute),
            MessagesPerMinuteInAll = Lower(MessagesPerMinuteInAll, other.MessagesPerMinuteInAll),
        };
    }

    private static int? Lower(int? a, int? b) => a is { } one && b is { } two ? Math.Min(one, two) : a ?? b;
}
