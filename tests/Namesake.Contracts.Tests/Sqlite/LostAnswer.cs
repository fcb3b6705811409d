using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using static SQLitePCL.raw;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>A change that reaches the disk and whose answer doesn't come back, as when the flush behind it fails.</summary>
internal sealed class LostAnswer(WriteOperation change) : WriteOperation(change.Priority, change.Bytes)
{
    public override IEnumerable<MessageId> Accepts => change.Accepts;

    public override void Apply(WriterConnection connection)
    {
        change.Apply(connection);
        connection.Commit();
        throw new SqliteException("disk I/O error", SQLITE_IOERR);
    }

    public override void TakeBack(WriterConnection connection) => change.TakeBack(connection);

    public override void TakenBack() => change.TakenBack();

    public override void LeftNothing() => change.LeftNothing();
}
