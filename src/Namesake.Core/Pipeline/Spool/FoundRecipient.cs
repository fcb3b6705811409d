using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Spool;

/// <param name="State">Due, later or held, as it was when it was read.</param>
/// <param name="Attempts">Attempts begun so far.</param>
public readonly record struct FoundRecipient(RecipientId Id, RecipientState State, int Attempts);
