namespace Namesake.Core.Pipeline;

/// <summary>How much the dispatcher keeps in memory and how often it looks.</summary>
public sealed record DispatcherOptions
{
    /// <summary>Most consignments in memory at once; what comes above waits in the spool.</summary>
    /// <value>Default 5,000; range 10 to 100,000. With 10 KB messages that is about 50 MB.</value>
    public int Window { get; init; } = 5_000;

    /// <summary>Most bytes of fresh content kept in memory for the first attempt; above, content is read back from the spool.</summary>
    /// <value>Default 64 MiB.</value>
    public long WindowBytes { get; init; } = 67_108_864;

    /// <summary>Most delivery sessions of the node at once, over all lanes. When all are taken, lanes with waiting mail take turns for the next.</summary>
    /// <value>Default 1,000: ten times what Postfix starts processes for (default_process_limit, 100), since a session here is no process but a descriptor and its buffers.
    /// Range 1 to 100,000. While descriptors or memory run short fewer begin, whatever is written here.</value>
    public int Sessions { get; init; } = 1_000;

    /// <summary>Consignments taken from one queue at once, so that a page goes round many queues; up to eight times as many for a lane that sends them within 100 ms.</summary>
    /// <value>Default 50.</value>
    public int PerQueue { get; init; } = 50;

    /// <summary>How often due mail is looked for when nobody said that there is some.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan RefillEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often expiry and delay are looked at.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after a start no life ends, whatever the clock says: it may have been wrong, and what waited through an outage of ours is tried before it is sent back.</summary>
    /// <value>Default 30 minutes: what NTP needs to put a clock right that was wrong at boot, and a jump needs to be believed, three times over.</value>
    public TimeSpan Reprieve { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long sessions may finish their message when the relay stops.</summary>
    /// <value>Default 20 seconds; what isn't done then is in the spool and goes on at the next start.</value>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);
}
