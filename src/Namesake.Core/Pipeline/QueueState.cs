namespace Namesake.Core.Pipeline;

/// <summary>What an operator says of mail that waits. The last four are of a whole queue: why it moves or doesn't.</summary>
public enum QueueState
{
    /// <summary>May be taken now.</summary>
    Due,

    /// <summary>Its time is still to come.</summary>
    Later,

    /// <summary>Being tried now.</summary>
    Sending,

    /// <summary>By a check, by the suspension of its lane, or by somebody's <see cref="Messages.MailHold"/>.</summary>
    Held,

    /// <summary>Its lane was closed by an operator.</summary>
    Suspended,

    /// <summary>Its lane rests after a failure.</summary>
    Resting,

    /// <summary>Its source is retiring.</summary>
    Draining,

    /// <summary>Nothing keeps its queue.</summary>
    Moving,
}
