namespace Namesake.Protocol.Smtp.Server;

/// <summary>Where a session stands. The states that read commands are the columns of <see cref="SessionTable"/>.</summary>
public enum SessionState
{
    /// <summary>No EHLO yet, or STARTTLS made it void.</summary>
    Connected,
    Greeted,
    MailGiven,

    /// <summary>At least one recipient was accepted.</summary>
    RcptGiven,

    /// <summary>A chunk has been taken with BDAT and another must follow.</summary>
    Chunks,

    /// <summary>Content of DATA is being read; no commands until it ends.</summary>
    Content,

    /// <summary>Lines are answers to challenges, not commands.</summary>
    Authenticating,

    /// <summary>The last reply has been given; nothing more is read.</summary>
    Closed,
}
