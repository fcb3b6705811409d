using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Rows;

/// <summary>Rows of one message put together into what is sent and settled together: same queue, same end of life, held by the same or by nothing.</summary>
internal static class ConsignmentRows
{
    /// <summary>A recipient whose life was shortened must not take the others along: it travels in a consignment of its own.</summary>
    public static IEnumerable<List<RecipientRow>> Group(IEnumerable<RecipientRow> rows) =>
        rows.GroupBy(row => (row.Queue, row.Expires, row.Hold), (_, group) => group.ToList());

    public static Consignment Build(MessageRow message, List<RecipientRow> rows, Func<long, QueueKey> keyOf, bool claimed)
    {
        var recipients = ImmutableArray.CreateBuilder<QueuedRecipient>(rows.Count);
        var due = long.MaxValue;
        foreach (var row in rows)
        {
            recipients.Add(row.ToRecipient());
            due = Math.Min(due, row.Due);
        }
        return new Consignment(
            message.Id,
            new QueueId(rows[0].Queue),
            keyOf(rows[0].Queue),
            message.Sender,
            message.EightBit,
            message.SmtpUtf8,
            message.Return,
            message.EnvelopeId,
            message.Size,
            message.IsDsn,
            message.Client,
            recipients.MoveToImmutable(),
            Instants.FromMicroseconds(due),
            Instants.FromMicroseconds(rows[0].Expires),
            Content: null,
            Claimed: claimed)
        {
            Submitter = message.Submitter,
            Hold = rows[0].Hold,
        };
    }

    /// <summary>A message just stored, as what its queues got of it.</summary>
    /// <param name="queues">One for each of its consignments, in their order.</param>
    /// <param name="content">What is still in memory.</param>
    public static ImmutableArray<Consignment> Fresh(NewMessage message, ReadOnlySpan<long> queues, ReadOnlyMemory<byte>? content)
    {
        var result = ImmutableArray.CreateBuilder<Consignment>(queues.Length);
        var envelope = message.Envelope;
        for (var i = 0; i < queues.Length; i++)
        {
            var consignment = message.Consignments[i];
            var recipients = ImmutableArray.CreateBuilder<QueuedRecipient>(consignment.Ordinals.Length);
            foreach (var ordinal in consignment.Ordinals)
            {
                var recipient = envelope.Recipients[ordinal];
                recipients.Add(new QueuedRecipient(
                    ordinal, recipient.Address, recipient.Notify, recipient.OriginalRecipient, Attempts: consignment.Claimed ? 1 : 0, LastReply: null, DelayTold: false));
            }
            result.Add(new Consignment(
                message.Id, new QueueId(queues[i]), consignment.Key, envelope.Sender, envelope.EightBit, envelope.SmtpUtf8, envelope.Return, envelope.EnvelopeId,
                message.Size, message.IsDsn, message.Client, recipients.MoveToImmutable(), consignment.Due, message.Expires, content, consignment.Claimed)
            {
                Submitter = message.Submitter,
            });
        }
        return result.MoveToImmutable();
    }
}
