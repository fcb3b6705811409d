using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>A receiver's reply, or why there is none.</summary>
internal readonly record struct Heard(SmtpReply? Reply, string? Trouble);
