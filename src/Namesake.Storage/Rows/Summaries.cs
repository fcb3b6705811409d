using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Rows;

/// <summary>Rows in the words of people.</summary>
internal static class Summaries
{
    /// <param name="recipients">At least one.</param>
    public static MessageSummary Of(MessageRow message, List<RecipientRow> recipients, Func<long, QueueKey> keys)
    {
        var waiting = recipients.Count(row => !row.IsUndeliverable);
        var first = waiting == 0 ? recipients[0] : recipients.Find(row => !row.IsUndeliverable);
        var key = keys(first.Queue);
        return new MessageSummary(
            message.Id, message.Brand, message.Sender?.ToString() ?? "<>", message.Size, waiting, State(first), key.Source, key.Domain,
            first.Attempts, Due(first), Instants.FromMicroseconds(first.Expires), first.LastReply, key.Via, message.Submitter);
    }

    public static RecipientDetails Of(RecipientRow row, Func<long, QueueKey> keys) => new(
        row.Address, keys(row.Queue).Source, State(row), row.Attempts, Due(row), Instants.FromMicroseconds(row.Expires), row.LastReply, keys(row.Queue).Via);

    public static bool Matches(SpoolFilter filter, QueueKey key) =>
        (filter.Brand is null || filter.Brand == key.Brand) && (filter.Source is null || filter.Source == key.Source) && (filter.Domain is null || filter.Domain == key.Domain);

    private static string State(RecipientRow row) => row.IsUndeliverable ? "undeliverable" : row.Claim == 0 ? "waiting" : "claimed";

    private static DateTimeOffset? Due(RecipientRow row) => row.IsUndeliverable ? null : Instants.FromMicroseconds(row.Due);
}
