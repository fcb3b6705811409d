using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>Reading for people and programs: paged by key, no read outlives a second, the writer is not disturbed.</summary>
public interface ISpoolView
{
    Task<ImmutableArray<QueueSummary>> QueuesAsync(SpoolFilter filter, QueueId after, int limit, CancellationToken cancellation);

    Task<ImmutableArray<MessageSummary>> MessagesAsync(SpoolFilter filter, MessageId after, int limit, CancellationToken cancellation);

    /// <summary>Null when neither the spool nor its events know the id.</summary>
    Task<MessageDetails?> MessageAsync(MessageId message, CancellationToken cancellation);

    Task<SpoolTotals> TotalsAsync(CancellationToken cancellation);
}

/// <summary>Null fields do not filter.</summary>
/// <param name="Submitter">Who handed it in (<see cref="NewMessage.Submitter"/>). A message's property, not a queue's: lists of queues don't filter by it.</param>
public sealed record SpoolFilter(BrandId? Brand = null, SourceId? Source = null, DomainName? Domain = null, string? Submitter = null);

/// <param name="Sender">"&lt;&gt;" for the null reverse-path.</param>
/// <param name="Waiting">Recipients not yet settled.</param>
/// <param name="State">"waiting", "claimed" or "undeliverable": of its first unsettled recipient.</param>
/// <param name="Via">As in <see cref="QueueKey.Via"/>.</param>
/// <param name="Submitter">As in <see cref="NewMessage.Submitter"/>.</param>
public sealed record MessageSummary(
    MessageId Id,
    BrandId Brand,
    string Sender,
    long Size,
    int Waiting,
    string State,
    SourceId Source,
    DomainName Domain,
    int Attempts,
    DateTimeOffset? Due,
    DateTimeOffset Expires,
    string? LastReply,
    string? Via = null,
    string Submitter = "");

/// <param name="Recipients">Those still in the spool.</param>
/// <param name="Events">Attempt events as stored JSON, oldest first.</param>
public sealed record MessageDetails(MessageId Id, MessageSummary? Summary, ImmutableArray<RecipientDetails> Recipients, ImmutableArray<string> Events);

public sealed record RecipientDetails(string Address, SourceId Source, string State, int Attempts, DateTimeOffset? Due, DateTimeOffset Expires, string? LastReply, string? Via = null);

/// <param name="SizeBytes">Database and log and content files on disk.</param>
public sealed record SpoolTotals(long Messages, long Recipients, long Undeliverable, long SizeBytes);
