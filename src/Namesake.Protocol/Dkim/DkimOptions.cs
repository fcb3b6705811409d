namespace Namesake.Protocol.Dkim;

/// <summary>How messages are signed. There is no setting for <c>l=</c>: a signature over a part of the body lets anybody add the rest. RFC 6376 §8.2</summary>
public sealed record DkimOptions
{
    public static DkimOptions Default { get; } = new();

    /// <value>Default relaxed: header fields are folded anew by many servers.</value>
    public DkimCanonicalization Header { get; init; } = DkimCanonicalization.Relaxed;

    /// <value>Default relaxed: some servers strip white space from line ends.</value>
    public DkimCanonicalization Body { get; init; } = DkimCanonicalization.Relaxed;

    /// <summary>How long after <c>t=</c> the signature is void (<c>x=</c>). RFC 6376 §3.5</summary>
    /// <value>Default null: no <c>x=</c>. It must be longer than a message may wait in queues, ours and others': more than a week, or late mail arrives with a void signature.</value>
    public TimeSpan? Expiry { get; init; }
}
