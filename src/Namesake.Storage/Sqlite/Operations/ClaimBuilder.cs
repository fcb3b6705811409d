using Namesake.Core.Messages;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Puts claimed rows together, and remembers them so that the claim can be taken back.</summary>
internal sealed class ClaimBuilder
{
    private readonly List<(MessageId Message, int Ordinal, long Due, bool Held)> _claimed = [];

    public List<Consignment> Consignments { get; } = [];

    public void Clear()
    {
        _claimed.Clear();
        Consignments.Clear();
    }

    /// <summary>Claims rows of one message and queue. One that can't be right (the disk forgot a bit) is set aside with its reason: it must not block its queue for good.</summary>
    /// <param name="next">When they are due if nothing is settled; null: nothing is tried, so no attempt is counted and the time stays.</param>
    public void Claim(WriterConnection connection, MessageId id, List<RecipientRow> rows, long? next)
    {
        Consignment consignment;
        try
        {
            var message = connection.Messages.Read(id) ?? throw new InvalidDataException("its message isn't there");
            var claimed = next is { } due ? rows.ConvertAll(row => row with { Attempts = row.Attempts + 1, Due = due }) : rows;
            consignment = ConsignmentRows.Build(message, claimed, connection.Queues.KeyOf, claimed: true);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or ArgumentException)
        {
            SetAside(connection, id, rows, e);
            return;
        }
        foreach (var row in rows)
        {
            _claimed.Add((id, row.Ordinal, row.Due, row.Hold is not null));
            connection.Recipients.Claim(id, row.Ordinal, counted: next is not null, next ?? row.Due);
        }
        Consignments.Add(consignment);
    }

    /// <summary>Nobody got these: they must not wait for a settlement that never comes.</summary>
    public void TakeBack(WriterConnection connection)
    {
        foreach (var (message, ordinal, due, held) in _claimed)
            if (connection.Recipients.QueueOfMine(message, ordinal, held) is { } queue && connection.Recipients.Unclaim(message, ordinal, due, held) && !held)
                connection.Queues.Offer(connection.Queues.Find(queue)!, due);
    }

    private static void SetAside(WriterConnection connection, MessageId id, List<RecipientRow> rows, Exception reason)
    {
        foreach (var row in rows)
            if (connection.Recipients.Condemn(id, row.Ordinal, $"damaged in the spool: {reason.Message}", connection.Time.GetUtcNow()) && connection.Queues.Find(row.Queue) is { } queue)
            {
                connection.Queues.Add(queue, -1);
                if (row.Hold is not null)
                    connection.Queues.AddHeld(queue, -1);
            }
    }
}
