namespace Namesake.Storage;

/// <summary>Which PostgreSQL keeps the spool, and as whom this node writes to it.</summary>
public sealed record PostgresOptions
{
    /// <summary>A host name or address, or the directory of the server's socket.</summary>
    public required string Host { get; init; }

    /// <value>Default 5432.</value>
    public int Port { get; init; } = 5432;

    /// <summary>The database, in UTF-8. Default "namesake".</summary>
    public string Database { get; init; } = "namesake";

    /// <summary>Owner of the schema. Default "namesake".</summary>
    public string User { get; init; } = "namesake";

    /// <summary>Null: the server knows us otherwise (by the socket's peer, by an address it trusts).</summary>
    public string? Password { get; init; }

    /// <summary>Has no meaning over a socket's directory.</summary>
    public PostgresTls Tls { get; init; } = PostgresTls.Verify;

    /// <summary>PEM file of the authorities the server's certificate may come from; null: those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>This node's name: its ids and claims belong to it. Only one process may use a name at a time.</summary>
    public string Node { get; init; } = "";

    /// <summary>The schema its tables are in; made when it isn't there.</summary>
    /// <value>Default "namesake".</value>
    public string Schema { get; init; } = "namesake";

    /// <summary>Connections that commit new and settled mail. A brand's mail always goes by the same one.</summary>
    /// <value>Default 2; 1 to 8.</value>
    public int Writers { get; init; } = 2;

    /// <summary>Connections that read beside the writers.</summary>
    /// <value>Default 4; at least 1.</value>
    public int Readers { get; init; } = 4;

    /// <summary>Content and events that may wait for one writer at once; who comes later waits outside.</summary>
    /// <value>Bytes. Default 64 MB (67,108,864).</value>
    public long WaitingBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Longest time the outcome of an attempt waits for others to share its flush. New mail never waits, and ends the waiting.</summary>
    /// <value>Default 10 ms: nobody waits for an outcome but the memory its message holds. Zero: each is written at once.</value>
    internal TimeSpan Company { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Whole days (UTC) of attempt events kept, today included.</summary>
    /// <value>Default 14; at least 1.</value>
    public int EventDays { get; init; } = 14;

    /// <summary>Attempt events that take more than this, indexes included, go before their days: the oldest day first, and whole. Those of today always stay.</summary>
    /// <value>Bytes. Default 20 GiB (21,474,836,480), as of the embedded spool. Zero: only the days bound them.</value>
    public long EventBytes { get; init; } = 20L << 30;

    /// <summary>After this long without a sign of life other nodes take over what this one had claimed, and its sources. A process that was killed waits so long for its own sources.</summary>
    /// <value>Default 30 seconds: it outlives a server's restart, and the 25 seconds after which both ends notice a peer that vanished. Renewed three times as often, so that two renewals may fail.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a start waits for the last one's connection to end.</summary>
    internal TimeSpan JoinPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Accepts a server that would lose mail in a power cut (fsync or synchronous_commit off). For tests.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>Where it is, for people.</summary>
    public string Place => $"PostgreSQL {Host}:{Port}, database {Database}, schema {Schema}";
}
