namespace Namesake.Core.Messages;

/// <summary>Somebody's word that mail stays in the queue, unlike a check's hold, which stops a source, a lane or a brand.</summary>
/// <param name="Id">One for each command, however many recipients it holds.</param>
/// <param name="Reason">For people: in lists, and in the DSN when the mail expires meanwhile. 1 to 200 characters.</param>
/// <param name="By">Who gave it. At most 100 characters.</param>
/// <param name="Until">When it ends by itself; null: when somebody releases it.</param>
public sealed record MailHold(HoldId Id, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until);
