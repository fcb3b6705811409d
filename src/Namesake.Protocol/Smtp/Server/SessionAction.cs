namespace Namesake.Protocol.Smtp.Server;

/// <summary>What a command means in a state: the cells of <see cref="SessionTable"/>.</summary>
public enum SessionAction
{
    /// <summary>Take the client's name, end a transaction that is open. RFC 5321 §4.1.4</summary>
    Greet,
    AskSender,
    AskRecipient,
    TakeContent,
    TakeChunk,

    /// <summary>503, and the octets that follow the command are read and dropped. RFC 3030 §2</summary>
    DropChunk,
    Reset,
    Nothing,
    Verify,
    Help,
    Quit,
    UpgradeToTls,
    Authenticate,

    /// <summary>503: no EHLO yet.</summary>
    EhloFirst,

    /// <summary>503: no MAIL yet.</summary>
    MailFirst,

    /// <summary>503, or 554 when all recipients were refused.</summary>
    RcptFirst,

    /// <summary>503: not inside a transaction.</summary>
    NotNow,

    /// <summary>502.</summary>
    NotImplemented,

    /// <summary>Refuse and close: this is no mail client.</summary>
    HangUp,

    /// <summary>500.</summary>
    Unknown,
}
