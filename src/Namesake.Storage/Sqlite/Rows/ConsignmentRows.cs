using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Rows of one message put together into what is sent and settled together: same queue, same end of life.</summary>
internal static class ConsignmentRows
{
    /// <summary>A recipient whose life was shortened must not take the others along: it travels in a consignment of its own.</summary>
    public static IEnumerable<List<RecipientRow>> Group(IEnumerable<RecipientRow> rows) =>
        rows.GroupBy(row => (row.Queue, row.Expires), (_, group) => group.ToList());

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
        };
    }
}
