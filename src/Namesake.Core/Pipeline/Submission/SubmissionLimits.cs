namespace Namesake.Core.Pipeline.Submission;

/// <summary>What one client may do, and how slowly.</summary>
public sealed record SubmissionLimits
{
    /// <summary>Longest time between two commands.</summary>
    /// <value>Default 5 minutes, the least RFC 5321 §4.5.3.2.7 asks of a server. Answered with 421 4.4.2.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time a command line may take from its first byte to its last: a client that dribbles doesn't hold a place.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan CommandLine { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest silence inside content.</summary>
    /// <value>Default 3 minutes (RFC 5321 §4.5.3.2.5 is what a sender waits for us; we give it as much).</value>
    public TimeSpan ContentSilence { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Least average rate of content after its first minute, bytes per second.</summary>
    /// <value>Default 256: a GPRS modem does better. 0 switches it off.</value>
    public int ContentBytesPerSecond { get; init; } = 256;

    /// <summary>Received headers above which a message is taken to loop (RFC 5321 §6.3).</summary>
    /// <value>Default 50, as common MTAs; the RFC suggests at least 100 for hosts that know nothing else, we know our clients.</value>
    public int ReceivedHeaders { get; init; } = 50;

    /// <summary>Content being received that may be in memory, all sessions together, bytes. Above it goes to files.</summary>
    /// <value>Default 64 MiB.</value>
    public long ContentBytesInMemory { get; init; } = 67_108_864;
}
