namespace Namesake.Configuration;

/// <summary>How long a client may take.</summary>
public sealed record SubmissionSettings
{
    /// <summary>Waiting for the next command.</summary>
    /// <value>Default 5 minutes, the least RFC 5321 §4.5.3.2.7 allows a server. Range 1 second to 1 hour.</value>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the next piece of content: restarts with what arrives, so it measures progress.</summary>
    /// <value>Default 3 minutes, as long as senders wait for us (RFC 5321 §4.5.3.2.5). Range 1 second to 1 hour.</value>
    public TimeSpan ContentTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The whole of one transaction's content, however much progress it makes.</summary>
    /// <value>Default 1 hour. Range 1 minute to 1 day.</value>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromHours(1);
}
