using Namesake.Core.Messages;
using Namesake.Storage.Sqlite.Writing;
using Namesake.Storage.Writing;

namespace Namesake.Storage.Sqlite.Operations;

internal sealed class AcceptOperation(Acceptance acceptance, long bytes) : WriteOperation(WritePriority.Accept, bytes)
{
    public override void Apply(WriterConnection connection) => acceptance.Apply(connection);

    public override void TakeBack(WriterConnection connection) => acceptance.TakeBack(connection);

    public override void TakenBack() => acceptance.TakenBack();

    public override void LeftNothing() => acceptance.Failed();

    public override IEnumerable<MessageId> Accepts => [acceptance.Message];
}
