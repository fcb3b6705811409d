using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Claims recipients a reader found, held or not, to end them; looks again, because the reader saw the past. No attempt is counted.</summary>
internal sealed class TakeOperation(QueueId queue, ImmutableArray<RecipientId> recipients) : WriteOperation(WritePriority.Administer, 64L * recipients.Length)
{
    private readonly ClaimBuilder _builder = new();

    public List<Consignment> Result => _builder.Consignments;

    public override void Apply(WriterConnection connection)
    {
        _builder.Clear();
        if (connection.Queues.Find(queue.Value) is not { } row)
            return;
        foreach (var message in recipients.GroupBy(recipient => recipient.Message))
        {
            var ordinals = message.Select(recipient => recipient.Ordinal).ToHashSet();
            var free = connection.Recipients.Of(message.Key).Where(found => found is { IsUndeliverable: false, Claim: 0 } && found.Queue == queue.Value && ordinals.Contains(found.Ordinal));
            foreach (var rows in ConsignmentRows.Group(free))
                _builder.Claim(connection, message.Key, rows, next: null);
        }
        connection.Queues.SetEarliest(row, connection.Recipients.EarliestDue(row.Id));
    }

    public override void TakeBack(WriterConnection connection) => _builder.TakeBack(connection);
}
