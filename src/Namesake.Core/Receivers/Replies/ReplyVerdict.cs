using Namesake.Core.Messages;

namespace Namesake.Core.Receivers.Replies;

/// <summary>What a refusal is.</summary>
/// <param name="Second">What else it may be; <see cref="ReplySubclass.None"/> mostly.</param>
/// <param name="Rule">Stable id of the rule that decided: in events, logs and `namesake classify`.</param>
/// <param name="Scope">Whom it is about.</param>
public sealed record ReplyVerdict(ReplyClass Class, ReplySubclass Subclass, ReplySubclass Second, ReplyConfidence Confidence, string Rule, QuotedValues Quoted, FailureScope Scope)
{
    /// <summary>Surely about our PTR, forward record or EHLO name.</summary>
    public bool IsIdentity => Class == ReplyClass.Identity && Confidence > ReplyConfidence.Low;

    /// <summary>Perhaps: the identity is looked at again, nothing else follows.</summary>
    public bool IsIdentitySuspect => Class == ReplyClass.Identity && Confidence == ReplyConfidence.Low;
}
