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

    /// <summary>The holds that something in these queues is held by, oldest first. Only brand, source and domain of the filter count.</summary>
    Task<ImmutableArray<HoldSummary>> HoldsAsync(SpoolFilter filter, CancellationToken cancellation);

    /// <summary>The holds whose end has come and that still hold something, oldest first. Costs the same however much is held.</summary>
    Task<ImmutableArray<MailHold>> EndedHoldsAsync(DateTimeOffset now, CancellationToken cancellation);
}

/// <param name="Recipients">Held by it, of those asked for.</param>
public sealed record HoldSummary(MailHold Hold, long Recipients);

/// <param name="Sender">"&lt;&gt;" for the null reverse-path.</param>
/// <param name="Waiting">Recipients not yet settled.</param>
/// <param name="State">"waiting", "held", "claimed" or "undeliverable": of its first unsettled recipient.</param>
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
    string Submitter = "")
{
    /// <summary>What keeps that recipient back; null when its state isn't "held".</summary>
    public MailHold? Hold { get; init; }
}

/// <param name="Recipients">Those still in the spool.</param>
/// <param name="Events">Attempt events as stored JSON, oldest first.</param>
public sealed record MessageDetails(MessageId Id, MessageSummary? Summary, ImmutableArray<RecipientDetails> Recipients, ImmutableArray<string> Events);

public sealed record RecipientDetails(string Address, SourceId Source, string State, int Attempts, DateTimeOffset? Due, DateTimeOffset Expires, string? LastReply, string? Via = null)
{
    public MailHold? Hold { get; init; }
}

/// <param name="Recipients">Not settled, held ones included.</param>
/// <param name="SizeBytes">Database and log and content files on disk.</param>
public sealed record SpoolTotals(long Messages, long Recipients, long Undeliverable, long SizeBytes)
{
    /// <summary>Of the recipients, those kept back by a <see cref="MailHold"/>.</summary>
    public long Held { get; init; }

    /// <summary>What the events of attempts take. Zero: none, or not looked at since the start.</summary>
    public long EventBytes { get; init; }

    /// <summary>Not all events before this moment are here any more, though younger than the days they are kept for: they were too many bytes, or the disk short. Null: none went early.</summary>
    public DateTimeOffset? EventsFrom { get; init; }
}
