using System.Text.RegularExpressions;

namespace Namesake.Core.Receivers;

/// <summary>One line of <see cref="ReplyPatterns"/>.</summary>
/// <param name="Name">Stable: stands in logs and in a lane's rest.</param>
/// <param name="ToRecipient">Holds for answers to RCPT; false: it doesn't, what is said there may be the recipient's own limit; null: wherever it is said.</param>
/// <param name="Wording">Matched against each line of the reply.</param>
public sealed record ReplyPattern(string Name, ReplyMeaning Meaning, bool? ToRecipient, Regex Wording);
