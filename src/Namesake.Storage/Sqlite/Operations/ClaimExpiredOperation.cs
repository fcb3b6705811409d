using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Rows;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Takes what outlived its time out of messages a reader found; looks again, because the reader saw the past. No attempt is counted.</summary>
internal sealed class ClaimExpiredOperation(List<MessageId> candidates, long now, int limit) : WriteOperation(WritePriority.Administer, 64L * candidates.Count)
{
    private readonly List<Claimed> _claimed = [];

    public List<Consignment> Result { get; } = [];

    public override void Apply(WriterConnection connection)
    {
        _claimed.Clear();
        Result.Clear();
        var touched = new HashSet<long>();
        foreach (var id in candidates)
        {
            if (Result.Count >= limit || connection.Messages.Read(id) is not { } message)
                continue;
            var expired = connection.Recipients.Of(id).Where(row => row is { IsUndeliverable: false, Claim: 0 } && row.Expires <= now);
            foreach (var rows in ConsignmentRows.Group(expired))
            {
                if (Result.Count >= limit)
                    break;
                foreach (var row in rows)
                {
                    _claimed.Add(new Claimed(id, row.Ordinal, row.Due));
                    connection.Recipients.Claim(id, row.Ordinal, counted: false, row.Due);
                }
                touched.Add(rows[0].Queue);
                Result.Add(ConsignmentRows.Build(message, rows, connection.Queues.KeyOf, claimed: true));
            }
        }
        foreach (var queue in touched)
            connection.Queues.SetEarliest(connection.Queues.Find(queue)!, connection.Recipients.EarliestDue(queue));
    }

    public override void TakeBack(WriterConnection connection) => Claimed.Release(_claimed, connection);
}
