namespace Namesake.Protocol.Smtp.Replies;

/// <summary>How far a reply has come.</summary>
public enum ReplyReadResult
{
    /// <summary>The end has not arrived; nothing was consumed.</summary>
    NeedMore,

    /// <summary>One whole reply was consumed; another may follow it.</summary>
    Complete,

    /// <summary>What arrived is no reply. The session cannot go on: nobody knows which command the next line answers.</summary>
    Malformed,
}
