using Namesake.Protocol.Smtp.Commands;
using static Namesake.Protocol.Smtp.Server.SessionAction;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>Which command does what in which state: RFC 5321 §4.1.4 on one screen. The tests hold a second table of what must come out and try every cell.</summary>
public static class SessionTable
{
    private static readonly SessionAction[][] Rows = Build(
        //                         Connected       Greeted         MailGiven       RcptGiven       Chunks
        (SmtpVerb.Ehlo,          [ Greet,          Greet,          Greet,          Greet,          Greet          ]),
        (SmtpVerb.Helo,          [ Greet,          Greet,          Greet,          Greet,          Greet          ]),
        (SmtpVerb.Mail,          [ EhloFirst,      AskSender,      NotNow,         NotNow,         NotNow         ]),
        (SmtpVerb.Rcpt,          [ EhloFirst,      MailFirst,      AskRecipient,   AskRecipient,   NotNow         ]),
        (SmtpVerb.Data,          [ EhloFirst,      MailFirst,      RcptFirst,      TakeContent,    NotNow         ]),
        (SmtpVerb.Bdat,          [ DropChunk,      DropChunk,      DropChunk,      TakeChunk,      TakeChunk      ]),
        (SmtpVerb.Rset,          [ Reset,          Reset,          Reset,          Reset,          Reset          ]),
        (SmtpVerb.Noop,          [ Nothing,        Nothing,        Nothing,        Nothing,        Nothing        ]),
        (SmtpVerb.Quit,          [ Quit,           Quit,           Quit,           Quit,           Quit           ]),
        (SmtpVerb.Vrfy,          [ Verify,         Verify,         Verify,         Verify,         Verify         ]),
        (SmtpVerb.Help,          [ Help,           Help,           Help,           Help,           Help           ]),
        (SmtpVerb.StartTls,      [ EhloFirst,      UpgradeToTls,   NotNow,         NotNow,         NotNow         ]),
        (SmtpVerb.Auth,          [ EhloFirst,      Authenticate,   NotNow,         NotNow,         NotNow         ]),
        (SmtpVerb.Unimplemented, [ NotImplemented, NotImplemented, NotImplemented, NotImplemented, NotImplemented ]),
        (SmtpVerb.Foreign,       [ HangUp,         HangUp,         HangUp,         HangUp,         HangUp         ]),
        (SmtpVerb.Unknown,       [ Unknown,        Unknown,        Unknown,        Unknown,        Unknown        ]));

    /// <summary>The cell of a command in a state.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The state reads no commands.</exception>
    public static SessionAction Find(SessionState state, SmtpVerb verb) => state <= SessionState.Chunks
        ? Rows[(int)verb][(int)state]
        : throw new ArgumentOutOfRangeException(nameof(state), state, "This state reads no commands.");

    private static SessionAction[][] Build(params (SmtpVerb Verb, SessionAction[] Cells)[] rows)
    {
        var table = new SessionAction[rows.Length][];
        foreach (var (verb, cells) in rows)
            table[(int)verb] = cells;
        return table;
    }
}
