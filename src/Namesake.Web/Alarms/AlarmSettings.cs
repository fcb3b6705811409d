namespace Namesake.Web.Alarms;

/// <summary>When somebody must be called, and how.</summary>
public sealed record AlarmSettings
{
    /// <summary>Where alarms are posted; null: they are shown only. May hold a token in its path, so it is never shown.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Key of the signature; null: not signed.</summary>
    public string? Secret { get; init; }

    /// <summary>Least time between two posts: what changes within it is told together.</summary>
    /// <value>Default 1 minute. Range 1 second to 1 hour.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What still stands is told again after this, for whoever missed it.</summary>
    /// <value>Default 4 hours. Range 1 minute to 7 days.</value>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A queue of more recipients than this that goes on growing is an alarm.</summary>
    /// <value>Default 10,000. 0 switches it off.</value>
    public int QueueAbove { get; init; } = 10_000;

    /// <summary>Less free space than this on the disk of the data directory, octets, is an alarm.</summary>
    /// <value>Default 512 MiB: five times what the spool keeps free before it refuses mail. 0 switches it off.</value>
    public long DiskBelow { get; init; } = 512L << 20;
}
