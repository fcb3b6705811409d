namespace Namesake.Protocol.Smtp.Commands;

/// <summary>The commands the session table has columns for.</summary>
public enum SmtpVerb
{
    Ehlo,
    Helo,
    Mail,
    Rcpt,
    Data,

    /// <summary>A chunk of content with its size. RFC 3030 §2</summary>
    Bdat,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
    StartTls,
    Auth,

    /// <summary>Known and not implemented: EXPN, ETRN, TURN, SEND, SOML, SAML. RFC 5321 §4.2.4</summary>
    Unimplemented,

    /// <summary>The first word of an HTTP request: a browser was talked into connecting here, and its body would be read as commands.</summary>
    Foreign,
    Unknown,
}
