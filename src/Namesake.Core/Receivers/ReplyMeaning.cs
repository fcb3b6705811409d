namespace Namesake.Core.Receivers;

/// <summary>What a receiver's temporary refusal asks of us.</summary>
public enum ReplyMeaning
{
    /// <summary>This recipient is to be tried again from the same address under the same name; nobody else waits.</summary>
    Greylisted,

    /// <summary>One recipient gets too much mail from everywhere: it is no matter of ours, and nobody else waits.</summary>
    BusyRecipient,

    /// <summary>Too many connections or messages: the lane rests shortly and begins again with one connection.</summary>
    SlowDown,

    /// <summary>Our address is not liked for now: the lane rests for long, longer each time.</summary>
    BackOff,
}
