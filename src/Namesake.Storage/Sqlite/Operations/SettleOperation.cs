using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>Recipients, event and DSNs of one settlement, in one transaction.</summary>
/// <remarks>Rows are not taken back when the outcome is unknown: its caller gives it again, and rows that no longer carry this run's claim show that it had happened.</remarks>
internal sealed class SettleOperation(Settlement settlement, byte[]? json, Acceptance[] spawned, long bytes) : WriteOperation(WritePriority.Settle, bytes)
{
    private Acceptance[] _unstored = [];

    /// <summary>After the commit: the content file of the message is needed no more.</summary>
    public bool FileIsFree { get; private set; }

    /// <summary>False when it had been settled before, and this changed nothing.</summary>
    public bool Happened { get; private set; }

    // Only files of DSNs that were not stored go; a try given again meanwhile owns its own.
    public override void TakeBack(WriterConnection connection) => _unstored = [.. spawned.Where(acceptance => !acceptance.IsStored(connection))];

    public override void TakenBack()
    {
        foreach (var acceptance in _unstored)
            acceptance.TakenBack();
    }

    public override void LeftNothing()
    {
        foreach (var acceptance in spawned)
            acceptance.Failed();
    }

    public override void Apply(WriterConnection connection)
    {
        var consignment = settlement.Consignment;
        var message = consignment.Message;
        FileIsFree = false;
        var changed = 0;
        var gone = false;
        foreach (var result in settlement.Results)
        {
            var done = result.Fate == RecipientFate.Noted ? connection.Recipients.Note(message, result, consignment.Claimed, IsHeld) : Settle(connection, result);
            if (!done)
                continue;
            changed++;
            gone |= result.Fate is RecipientFate.Delivered or RecipientFate.Failed;
        }
        Happened = changed > 0 || settlement.Results.IsEmpty;
        if (gone && !connection.Recipients.HasAny(message))
            FileIsFree = connection.Messages.Delete(message);
        if (!Happened)
            return;
        if (json is not null)
            connection.Events.Insert(message, consignment.Key.Brand, json);
        foreach (var acceptance in spawned)
            acceptance.Apply(connection);
    }

    private bool IsHeld => settlement.Consignment.Hold is not null;

    private bool Settle(WriterConnection connection, RecipientResult result)
    {
        var queueId = settlement.Consignment.Queue.Value;
        if (TrySettle(connection, result, queueId))
            return true;
        // It was moved since this consignment was made, or settled before.
        return connection.Recipients.QueueOfMine(settlement.Consignment.Message, result.Ordinal, IsHeld) is { } moved && TrySettle(connection, result, moved);
    }

    private bool TrySettle(WriterConnection connection, RecipientResult result, long queueId)
    {
        var message = settlement.Consignment.Message;
        var recipients = connection.Recipients;
        var changed = result.Fate switch
        {
            RecipientFate.Delivered or RecipientFate.Failed => recipients.Delete(message, result.Ordinal, queueId, IsHeld),
            RecipientFate.Waiting => recipients.Release(message, result, queueId, IsHeld),
            RecipientFate.Undeliverable => recipients.Strand(message, result, queueId, IsHeld, connection.Time.GetUtcNow()),
            _ => throw new ArgumentException($"A recipient can't be settled as {result.Fate}."),
        };
        if (!changed || connection.Queues.Find(queueId) is not { } queue)
            return changed;
        if (result.Fate != RecipientFate.Waiting)
        {
            connection.Queues.Add(queue, -1);
            if (IsHeld)
                connection.Queues.AddHeld(queue, -1);
        }
        else if (!IsHeld)
            connection.Queues.Offer(queue, (result.NextDue ?? settlement.Consignment.Due).ToMicroseconds());
        return true;
    }
}
