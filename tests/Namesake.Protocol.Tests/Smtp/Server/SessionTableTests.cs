using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Protocol.Tests.Smtp.Server;

/// <summary>One test per cell of the session's table. What must come out is written down here a second time, as the wire sees it: step, codes, state afterwards.</summary>
public sealed class SessionTableTests
{
    private const string Same = "=";

    // line, then for Connected, Greeted, MailGiven, RcptGiven, Chunks: the step, and the state that follows it ("=" is the same as before).
    private static readonly (string Line, string[] Cells)[] Expected =
    [
        ("EHLO again.example", ["250 > Greeted", "250 > =", "250 > Greeted", "250 > Greeted", "250 > Greeted"]),
        ("HELO again.example", ["250 > Greeted", "250 > =", "250 > Greeted", "250 > Greeted", "250 > Greeted"]),
        ("MAIL FROM:<a@acme.example>", ["503 5.5.1 > =", "sender? > =", "503 5.5.1 > =", "503 5.5.1 > =", "503 5.5.1 > ="]),
        ("RCPT TO:<b@sink.example>", ["503 5.5.1 > =", "503 5.5.1 > =", "recipient? > =", "recipient? > =", "503 5.5.1 > ="]),
        ("DATA", ["503 5.5.1 > =", "503 5.5.1 > =", "503 5.5.1 > =", "content 354 > Content", "503 5.5.1 > ="]),
        ("BDAT 20", ["drop 20 503 5.5.1 > =", "drop 20 503 5.5.1 > =", "drop 20 503 5.5.1 > =", "chunk 20 > Chunks", "chunk 20 > ="]),
        ("RSET", ["250 2.0.0 > =", "250 2.0.0 > =", "250 2.0.0 > Greeted", "250 2.0.0 > Greeted", "250 2.0.0 > Greeted"]),
        ("NOOP", ["250 2.0.0 > =", "250 2.0.0 > =", "250 2.0.0 > =", "250 2.0.0 > =", "250 2.0.0 > ="]),
        ("QUIT", ["close 221 2.0.0 > Closed", "close 221 2.0.0 > Closed", "close 221 2.0.0 > Closed", "close 221 2.0.0 > Closed", "close 221 2.0.0 > Closed"]),
        ("VRFY ann", ["252 2.0.0 > =", "252 2.0.0 > =", "252 2.0.0 > =", "252 2.0.0 > =", "252 2.0.0 > ="]),
        ("HELP", ["214 2.0.0 > =", "214 2.0.0 > =", "214 2.0.0 > =", "214 2.0.0 > =", "214 2.0.0 > ="]),
        ("STARTTLS", ["503 5.5.1 > =", "tls 220 2.0.0 > =", "503 5.5.1 > =", "503 5.5.1 > =", "503 5.5.1 > ="]),
        ("AUTH PLAIN AGEAYg==", ["503 5.5.1 > =", "login? > =", "503 5.5.1 > =", "503 5.5.1 > =", "503 5.5.1 > ="]),
        ("EXPN list", ["502 5.5.1 > =", "502 5.5.1 > =", "502 5.5.1 > =", "502 5.5.1 > =", "502 5.5.1 > ="]),
        ("GET / HTTP/1.1", ["close 554 5.5.1 > Closed", "close 554 5.5.1 > Closed", "close 554 5.5.1 > Closed", "close 554 5.5.1 > Closed", "close 554 5.5.1 > Closed"]),
        ("FOO", ["500 5.5.1 > =", "500 5.5.1 > =", "500 5.5.1 > =", "500 5.5.1 > =", "500 5.5.1 > ="]),
    ];

    private static readonly SessionState[] States =
        [SessionState.Connected, SessionState.Greeted, SessionState.MailGiven, SessionState.RcptGiven, SessionState.Chunks];

    public static TheoryData<SessionState, string, string> Cells()
    {
        var cells = new TheoryData<SessionState, string, string>();
        foreach (var (line, row) in Expected)
            for (var i = 0; i < States.Length; i++)
                cells.Add(States[i], line, row[i]);
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_command_does_in_every_state_what_the_table_says(SessionState state, string line, string expected)
    {
        var session = Sessions.At(state);
        var step = session.Say(line);
        var next = session.State == state && !expected.EndsWith(state.ToString(), StringComparison.Ordinal) ? Same : session.State.ToString();
        Assert.Equal(expected, $"{step.Short()} > {next}");
    }

    [Fact]
    public void The_tests_have_a_row_for_every_verb_and_a_cell_for_every_state()
    {
        Assert.Equal(Enum.GetValues<SmtpVerb>(), Expected.Select(row => CommandParser.Verb(Octets.Of(row.Line))));
        Assert.All(Expected, row => Assert.Equal(States.Length, row.Cells.Length));
        Assert.Equal(States, Enum.GetValues<SessionState>().Where(ReadsCommands));
    }

    [Fact]
    public void The_table_has_a_cell_for_every_verb_in_every_state_that_reads_commands()
    {
        foreach (var verb in Enum.GetValues<SmtpVerb>())
            foreach (var state in Enum.GetValues<SessionState>().Where(ReadsCommands))
                Assert.True(Enum.IsDefined(SessionTable.Find(state, verb)));
    }

    private static bool ReadsCommands(SessionState state)
    {
        try
        {
            SessionTable.Find(state, SmtpVerb.Noop);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
