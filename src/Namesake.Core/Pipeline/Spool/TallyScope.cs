namespace Namesake.Core.Pipeline.Spool;

/// <summary>What a tally is kept of. The numbers are stored: they are never given a new meaning.</summary>
public enum TallyScope
{
    Reseller = 1,
    Brand = 2,

    /// <summary>An authenticated user.</summary>
    User = 3,

    /// <summary>A client address that handed mail in without logging in.</summary>
    Client = 4,

    /// <summary>An envelope sender, without its sub-address.</summary>
    Sender = 5,

    /// <summary>An address mail leaves from.</summary>
    Source = 6,

    /// <summary>Who hands mail in, as it is stored with each message: its tallies are the history it is judged by.</summary>
    Submitter = 7,
}
