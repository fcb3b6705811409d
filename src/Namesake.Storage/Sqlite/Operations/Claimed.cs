using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>A recipient an operation claimed, and when it had been due.</summary>
internal readonly record struct Claimed(MessageId Message, int Ordinal, long Due)
{
    public static void Release(List<Claimed> claimed, WriterConnection connection)
    {
        foreach (var (message, ordinal, due) in claimed)
            if (connection.Recipients.QueueOfMine(message, ordinal) is { } id && connection.Recipients.Unclaim(message, ordinal, due))
                connection.Queues.Offer(connection.Queues.Find(id)!, due);
    }
}
