using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Headers;

/// <summary>What the product needs to know of a message's header.</summary>
public sealed record HeaderFacts
{
    /// <summary>Octets of the header with the blank line that ends it; the whole content when there is none.</summary>
    public int HeaderLength { get; init; }

    /// <summary>Received lines: how many hosts the message has passed. RFC 5321 §6.3</summary>
    public int ReceivedCount { get; init; }

    /// <summary>Addresses of all From fields that could be read, in their order.</summary>
    public ImmutableArray<Mailbox> From { get; init; } = [];

    /// <summary>How many From fields there are; exactly one is allowed (RFC 5322 §3.6), and readers disagree which of two counts.</summary>
    public int FromFields { get; init; }

    /// <summary>What <see cref="From"/> holds is not all that a reader may see: a From field has something in it that is no address, or the header goes on beyond what was scanned.</summary>
    public bool IsFromMalformed { get; init; }

    /// <summary>A mail program may show an address that <see cref="From"/> doesn't have: a malformed From field has an "@" in it, or the header goes on beyond what was scanned.
    /// A server's own notices often come from a bare "MAILER-DAEMON", which is malformed and shows nobody's address.</summary>
    public bool MayFromShowAnother { get; init; }

    /// <summary>With its angle brackets, as written; null when there is none.</summary>
    public string? MessageId { get; init; }

    public bool HasMessageId => MessageId is not null;

    public bool HasDate { get; init; }

    /// <summary>A line before the blank line is no header field, or the header is longer than <see cref="HeaderScan.MaxOctets"/>.</summary>
    public bool IsMalformed { get; init; }
}
