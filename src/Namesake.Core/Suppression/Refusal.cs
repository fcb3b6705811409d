using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Suppression;

/// <summary>A receiver said that there is nobody of this name.</summary>
/// <param name="Rule">Of the classifier, by which it was understood so.</param>
public sealed record Refusal(DateTimeOffset At, MessageId Message, SmtpReply Reply, string Rule);
