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
            first.Attempts, Due(first), Instants.FromMicroseconds(first.Expires), first.LastReply, key.Via, message.Submitter)
        {
            Hold = first.Hold,
        };
    }

    public static RecipientDetails Of(RecipientRow row, Func<long, QueueKey> keys) => new(
        row.Address, keys(row.Queue).Source, State(row), row.Attempts, Due(row), Instants.FromMicroseconds(row.Expires), row.LastReply, keys(row.Queue).Via)
    {
        Hold = row.Hold,
    };

    public static bool Matches(SpoolFilter filter, QueueKey key) =>
        (filter.Brand is null || filter.Brand == key.Brand) && (filter.Source is null || filter.Source == key.Source) && (filter.Domain is null || filter.Domain == key.Domain);

    /// <summary>Whether a message is one the filter means by who handed it in and whom it is from.</summary>
    /// <param name="sender">Null: the null reverse-path.</param>
    public static bool Matches(SpoolFilter filter, string submitter, string? sender) =>
        (filter.Submitter is null || filter.Submitter == submitter) && (filter.Sender is null || string.Equals(filter.Sender, sender ?? "<>", StringComparison.OrdinalIgnoreCase));

    public static bool Matches(SpoolFilter filter, MessageRow message) =>
        Matches(filter, message.Submitter, message.Sender?.ToString())
        && (filter.AcceptedBefore is not { } before || message.Id < MessageId.At(before)) && (filter.Messages.IsDefault || filter.Messages.Contains(message.Id));

    /// <summary>Whether a recipient is one the filter means; its queue and its message are others' business.</summary>
    public static bool Matches(SpoolFilter filter, RecipientRow row, long now) =>
        (filter.State is not { } state || state == StateOf(row, now)) && (filter.Hold is null || filter.Hold == row.Hold?.Id)
        && (filter.HoldReason is null || string.Equals(filter.HoldReason, row.Hold?.Reason, StringComparison.OrdinalIgnoreCase));

    public static RecipientState StateOf(RecipientRow row, long now) =>
        row.IsUndeliverable ? RecipientState.Undeliverable : row.Claim != 0 ? RecipientState.Sending : row.Hold is not null ? RecipientState.Held
        : row.Due <= now ? RecipientState.Due : RecipientState.Later;

    private static string State(RecipientRow row) => row.IsUndeliverable ? "undeliverable" : row.Claim != 0 ? "claimed" : row.Hold is null ? "waiting" : "held";

    private static DateTimeOffset? Due(RecipientRow row) => row.IsUndeliverable ? null : Instants.FromMicroseconds(row.Due);
}
