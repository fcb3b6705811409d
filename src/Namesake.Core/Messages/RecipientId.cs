namespace Namesake.Core.Messages;

/// <param name="Ordinal">As in <see cref="QueuedRecipient.Ordinal"/>.</param>
public readonly record struct RecipientId(MessageId Message, int Ordinal);
