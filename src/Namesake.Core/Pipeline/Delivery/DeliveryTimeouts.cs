namespace Namesake.Core.Pipeline.Delivery;

/// <summary>How long a receiver may take for each step. The defaults are the least RFC 5321 §4.5.3.2 asks a sender to wait.</summary>
public sealed record DeliveryTimeouts
{
    /// <summary>TCP connect to one address.</summary>
    /// <value>Default 30 seconds: common practice (Postfix); the RFC gives none. Range 1 second to 5 minutes.</value>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Default 5 minutes (§4.5.3.2.1).</value>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>EHLO, STARTTLS with its handshake, MAIL, RSET.</summary>
    /// <value>Default 5 minutes (§4.5.3.2.2).</value>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(5);

    /// <value>Default 5 minutes (§4.5.3.2.3).</value>
    public TimeSpan Recipient { get; init; } = TimeSpan.FromMinutes(5);

    /// <value>Default 2 minutes (§4.5.3.2.4).</value>
    public TimeSpan Data { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time to accept one chunk of content. Restarts with every chunk: it measures progress, not the whole.</summary>
    /// <value>Default 3 minutes (§4.5.3.2.5).</value>
    public TimeSpan ContentChunk { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The reply to the final dot. Giving up earlier makes duplicates (RFC 1047).</summary>
    /// <value>Default 10 minutes (§4.5.3.2.6).</value>
    public TimeSpan FinalDot { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a session without work is kept for the next message.</summary>
    /// <value>Default 5 seconds: receivers dislike idle clients. Range 0 to 5 minutes.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(5);
}
