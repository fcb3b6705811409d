using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Messages;

/// <summary>How one attempt ended for one recipient. A closed family: every stage must say what it does with each.</summary>
/// <param name="Phase">How far the conversation had come.</param>
/// <param name="Reply">The receiver's words; null where none were heard.</param>
/// <param name="Explanation">One sentence for people: what happened, where.</param>
public abstract record Outcome(SessionPhase Phase, SmtpReply? Reply, string Explanation)
{
    /// <summary>Whose fault the receiver's reply is; null where it said nothing, or yes.</summary>
    public ReplyVerdict? Verdict { get; init; }

    /// <summary>As it stands in events and metrics.</summary>
    public string Name => this switch { Delivered => "delivered", Deferred => "deferred", Refused => "refused", Abandoned => "abandoned", _ => throw new InvalidOperationException($"An outcome of a new kind: {GetType().Name}") };
}

/// <summary>The receiver answered 250 to the final dot: the message is theirs.</summary>
/// <param name="WillReport">It offers DSN and was given the sender's wishes: confirming is its business now (RFC 3461 §5.2.1).</param>
public sealed record Delivered(SmtpReply Answer, bool WillReport = false) : Outcome(SessionPhase.FinalDot, Answer, Answer.ToString());

/// <summary>Not now: it will be tried again at the time that was stored before this attempt.</summary>
/// <param name="Scope">Whom the failure is about; decides who else waits.</param>
public sealed record Deferred(SessionPhase Phase, FailureScope Scope, SmtpReply? Reply, string Explanation) : Outcome(Phase, Reply, Explanation);

/// <summary>A permanent refusal: a DSN goes to the sender.</summary>
public sealed record Refused(SessionPhase Phase, FailureScope Scope, SmtpReply? Reply, string Explanation) : Outcome(Phase, Reply, Explanation)
{
    /// <summary>The reply can be about nobody but this recipient: it answered its RCPT, or the final dot of a transaction in which it alone was accepted.</summary>
    public bool IsOfOneRecipient { get; init; }
}

/// <summary>We stopped on purpose before MAIL FROM (the fence, a lost source, shutdown): no attempt is counted, the mail waits as before.</summary>
public sealed record Abandoned(SessionPhase Phase, string Explanation) : Outcome(Phase, null, Explanation)
{
    /// <summary>It goes on at once by another way: the recipient counts as not tried, and nothing of this stands there.</summary>
    public bool LeavesNoTrace { get; init; }
}

/// <summary>The stages of a delivery conversation, in order.</summary>
public enum SessionPhase
{
    Resolve,
    Bind,
    Connect,
    Greeting,
    Ehlo,
    StartTls,
    Fence,
    Mail,
    Rcpt,
    Data,
    Content,

    /// <summary>The final dot was sent and no reply read: the receiver may have the message, a retry may send it twice (RFC 1047).</summary>
    FinalDot,
}

/// <summary>Whom a failure is about. Decides what waits: one session, the whole site, one message, one recipient.</summary>
public enum FailureScope
{
    Session,
    Site,
    Message,
    Recipient,
}
