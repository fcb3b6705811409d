namespace Namesake.Core.Receivers.Replies;

/// <summary>How sure a classification is.</summary>
public enum ReplyConfidence
{
    /// <summary>A suspicion: worth a look, no reason to act on.</summary>
    Low,

    /// <summary>The wording is usual for this, and sometimes means something else.</summary>
    Medium,

    /// <summary>The receiver's own code, or subject and fault together.</summary>
    High,
}
