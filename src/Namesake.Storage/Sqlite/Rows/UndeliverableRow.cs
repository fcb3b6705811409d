using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite.Rows;

/// <param name="Since">Microseconds.</param>
internal readonly record struct UndeliverableRow(long Queue, MessageId Message, int Ordinal, long Since);
