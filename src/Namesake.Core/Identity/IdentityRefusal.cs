using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Sources;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Identity;

/// <summary>What a receiver said against our PTR, forward record or EHLO name.</summary>
/// <param name="Receiver">The host that said it, as it was dialled: a lane that is held for it is asked there again.</param>
public sealed record IdentityRefusal(SourceId Source, SiteId Site, NextHop Receiver, SmtpReply Reply, ReplyVerdict Verdict);
