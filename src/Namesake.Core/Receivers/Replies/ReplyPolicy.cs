using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Replies;

/// <summary>What follows from a refusal: whether its message is kept, whether the lane rests, whether the recipient may be suppressed. The one place where classes are weighed;
/// the table in docs/replies.md §2.</summary>
public static class ReplyPolicy
{
    /// <param name="phase">What was answered.</param>
    public static ReplyTreatment For(ReplyVerdict verdict, SmtpReply reply, SessionPhase phase)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(reply);
        return new ReplyTreatment(!reply.IsPermanent || IsKept(verdict, reply, phase), RestAfter(verdict, reply, phase), MaySuppress(verdict, reply, phase));
    }

    /// <summary>Whether a refusal says that there is no such mailbox, for good and not as a suspicion. Nothing else ever is a reason: not our identity or reputation, not the message, not a full mailbox or an unknown domain.</summary>
    /// <param name="phase">What was answered; null when nobody knows. Only RCPT names a mailbox. The final dot answers for all that were accepted: who asks must know that it was one.</param>
    /// <remarks>A code of policy, routing or the system (X.7, X.4, X.3: RFC 3463 §3) contradicts the words: receivers speak so of whom they don't want.</remarks>
    public static bool MaySuppress(ReplyVerdict verdict, SmtpReply reply, SessionPhase? phase)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(reply);
        return (phase is null or SessionPhase.Rcpt or SessionPhase.FinalDot) && reply.IsPermanent && reply.Enhanced is not { Subject: 3 or 4 or 7 }
            && verdict is { Class: ReplyClass.Recipient, Subclass: ReplySubclass.MailboxUnknown or ReplySubclass.MailboxDisabled, Confidence: > ReplyConfidence.Low };
    }

    /// <summary>Permanent codes that end no message: the fault is ours, or it passes.</summary>
    private static bool IsKept(ReplyVerdict verdict, SmtpReply reply, SessionPhase phase) => verdict.Confidence > ReplyConfidence.Low && verdict.Class switch
    {
        ReplyClass.Identity or ReplyClass.Throttled or ReplyClass.Greylisted => true,
        // At RCPT and behind it "authentication required" is mostly a recipient's own rule.
        ReplyClass.Infrastructure => phase < SessionPhase.Rcpt,
        // A permanent code is the receiver's last word, unless it says by number that its system or the way to it is in trouble (RFC 3463 §3.4, §3.5).
        ReplyClass.Remote => reply.Enhanced is { Subject: 3 or 4 },
        // RFC 5321 §4.5.3.1.10: 552 to RCPT is an old server's word for "too many recipients"; it is taken as 452.
        _ => phase == SessionPhase.Rcpt && reply.Code == 552 && reply.Enhanced is not { Subject: 2 },
    };

    private static LaneRest RestAfter(ReplyVerdict verdict, SmtpReply reply, SessionPhase phase) => verdict switch
    {
        { Confidence: ReplyConfidence.Low } => LaneRest.None,
        { Subclass: ReplySubclass.Connections } => LaneRest.SlowDown,
        // A rate told to RCPT may be the recipient's own.
        { Subclass: ReplySubclass.Rate } => phase == SessionPhase.Rcpt ? LaneRest.None : LaneRest.SlowDown,
        { Subclass: ReplySubclass.AddressDeferred } => LaneRest.BackOff,
        // The sender's domain is one brand's; the address is everybody's.
        { Subclass: ReplySubclass.DomainBlocked } => LaneRest.None,
        // At RCPT it may be one recipient's list: others of the site wait for the next try only, not for ten minutes.
        { Class: ReplyClass.Reputation } => !reply.IsTransient ? LaneRest.None : phase == SessionPhase.Rcpt ? LaneRest.SlowDown : LaneRest.BackOff,
        _ => LaneRest.None,
    };
}

/// <param name="IsKept">The message waits and is tried again; else its code ends it.</param>
/// <param name="MaySuppress">It says of the recipient that there is nobody, as <see cref="ReplyPolicy.MaySuppress"/> has it.</param>
public sealed record ReplyTreatment(bool IsKept, LaneRest Rest, bool MaySuppress);

/// <summary>How a lane rests after what a receiver asked for.</summary>
public enum LaneRest
{
    None,

    /// <summary>Too many connections or messages: shortly, then one connection first.</summary>
    SlowDown,

    /// <summary>Our address is not liked for now: for long, longer each time.</summary>
    BackOff,
}
