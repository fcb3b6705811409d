using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>A refusal and whose fault it is.</summary>
public sealed record JudgedReply(SmtpReply Reply, ReplyVerdict Verdict);
