using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>A refusal found in a file: in a list, a log of events, a bounce.</summary>
/// <param name="Place">Its line, or the number of its message; from 1.</param>
/// <param name="Recipient">Whom it was about, where that is said.</param>
public sealed record HeardReply(int Place, SmtpReply Reply, ReplyScene Scene, string? Recipient = null);
