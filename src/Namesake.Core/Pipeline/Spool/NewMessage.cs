using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>A message as it is handed to the spool.</summary>
/// <param name="Client">Where it came from, for people and for the way back of a DSN: "10.0.0.9", or "dsn" for our own.</param>
/// <param name="Content">Exactly one of <paramref name="Content"/> and <paramref name="ContentFile"/> is set.</param>
/// <param name="IsDsn">Never causes a DSN itself (RFC 3461 §6.2).</param>
public sealed record NewMessage(
    MessageId Id,
    Envelope Envelope,
    ImmutableArray<NewConsignment> Consignments,
    DateTimeOffset Expires,
    string Client,
    ReadOnlyMemory<byte>? Content,
    IContentFile? ContentFile,
    bool IsDsn = false)
{
    /// <summary>Who handed it in: the authenticated user; else the envelope sender at the client's address, or for null senders and forwarded mail the address alone; "dsn" for our own.</summary>
    public string Submitter { get; init; } = Client;

    public long Size => Content?.Length ?? ContentFile!.Length;
}

/// <param name="Ordinals">Places in the envelope's recipients.</param>
/// <param name="Claimed">True: handed to Routing in memory as soon as it is stored, <paramref name="Due"/> is its first retry. False: waits in the spool from <paramref name="Due"/> on.</param>
public sealed record NewConsignment(QueueKey Key, ImmutableArray<int> Ordinals, bool Claimed, DateTimeOffset Due);
