using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Takes what outlived its time out of messages a reader found; looks again, because the reader saw the past. No attempt is counted.</summary>
internal sealed class ClaimExpiredOperation(List<MessageId> candidates, long now, int limit) : WriteOperation(WritePriority.Administer, 64L * candidates.Count)
{
    private readonly ClaimBuilder _builder = new();

    public List<Consignment> Result => _builder.Consignments;

    public override void Apply(WriterConnection connection)
    {
        _builder.Clear();
        var touched = new HashSet<long>();
        foreach (var id in candidates)
        {
            var expired = connection.Recipients.Of(id).Where(row => row is { IsUndeliverable: false, Claim: 0 } && row.Expires <= now);
            foreach (var rows in ConsignmentRows.Group(expired))
            {
                if (Result.Count >= limit)
                    break;
                _builder.Claim(connection, id, rows, next: null);
                touched.Add(rows[0].Queue);
            }
        }
        foreach (var id in touched)
            if (connection.Queues.Find(id) is { } queue)
                connection.Queues.SetEarliest(queue, connection.Recipients.EarliestDue(id));
    }

    public override void TakeBack(WriterConnection connection) => _builder.TakeBack(connection);
}
