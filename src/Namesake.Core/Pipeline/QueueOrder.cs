using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>What an operator has done to mail that waits. What is being sent is never touched.</summary>
public abstract record QueueOrder
{
    private QueueOrder()
    {
    }

    /// <summary>As the command line and the API spell it.</summary>
    public abstract string Verb { get; }

    /// <summary>In the operator's words; null where none are asked for.</summary>
    public virtual string? Why => null;

    /// <summary>Recipients changed at once. What changes rows and their indexes takes several times as long for each as a retry: with a third of them it holds up new mail no more.</summary>
    public virtual int Slice => IQueueControl.MostAtOnce / 3;

    /// <summary>Whether it would change this one.</summary>
    /// <param name="seenSince">Mail tried and accepted since then keeps its address: greylisting.</param>
    public abstract bool Touches(FoundRecipient recipient, DateTimeOffset seenSince);

    /// <summary>Due now instead of later.</summary>
    public sealed record Retry : QueueOrder
    {
        public override string Verb => "retry";

        public override int Slice => IQueueControl.MostAtOnce;

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => recipient.State == RecipientState.Later;
    }

    /// <summary>Kept back. Mail that comes later is not: for that a lane is suspended, or a submitter frozen.</summary>
    /// <param name="Until">When it ends by itself; null: when it is released.</param>
    public sealed record Hold(string Reason, DateTimeOffset? Until) : QueueOrder
    {
        public override string Verb => "hold";

        public override string? Why => Reason;

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => recipient.State != RecipientState.Held;
    }

    /// <summary>Kept back no more.</summary>
    public sealed record Release : QueueOrder
    {
        public override string Verb => "release";

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => recipient.State == RecipientState.Held;
    }

    /// <summary>Returned to its sender with a DSN.</summary>
    public sealed record Bounce(string Reason) : QueueOrder
    {
        public override string Verb => "bounce";

        public override string? Why => Reason;

        /// <summary>A quarter of what others change: a report is written for each message.</summary>
        public override int Slice => base.Slice / 4;

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => true;
    }

    /// <summary>Removed without a word to its sender: what a stolen mailbox sent must not come back to strangers.</summary>
    public sealed record Purge(string Reason) : QueueOrder
    {
        public override string Verb => "purge";

        public override string? Why => Reason;

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => true;
    }

    /// <summary>To another source of the same brand.</summary>
    /// <param name="Tried">Mail a receiver has seen within 4 hours too, which may then be greylisted anew.</param>
    public sealed record Move(SourceId To, bool Tried) : QueueOrder
    {
        public override string Verb => "move";

        public override string? Why => $"to {To}{(Tried ? ", tried mail too" : "")}";

        public override bool Touches(FoundRecipient recipient, DateTimeOffset seenSince) => Tried || recipient.Attempts == 0 || recipient.Id.Message.AcceptedAt < seenSince;
    }
}
