namespace Namesake.Core.Pipeline.Spool;

/// <summary>Where a recipient in the spool is.</summary>
public enum RecipientState
{
    /// <summary>May be taken now.</summary>
    Due,

    /// <summary>Its time is still to come.</summary>
    Later,

    /// <summary>Kept back by a <see cref="Messages.MailHold"/>: never taken, whatever its time, until it is released or expires.</summary>
    Held,

    /// <summary>Claimed: being tried now.</summary>
    Sending,

    /// <summary>A DSN nobody takes: kept and shown.</summary>
    Undeliverable,
}
