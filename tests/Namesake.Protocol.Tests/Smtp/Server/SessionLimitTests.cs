using Namesake.Protocol.Smtp.Server;
using static Namesake.Protocol.Tests.Smtp.Server.Sessions;

namespace Namesake.Protocol.Tests.Smtp.Server;

/// <summary>What a session bears before it hangs up with 421.</summary>
public sealed class SessionLimitTests
{
    [Theory]
    [InlineData("MAIL FROM:x")]
    [InlineData("DATA")]
    [InlineData("EHLO")]
    [InlineData("EXPN x")]
    public void Errors_of_form_and_order_end_the_session(string line)
    {
        var session = At(SessionState.Greeted, Everything with { MaxErrors = 3 });
        for (var i = 0; i < 3; i++)
            Assert.IsType<ServerStep.Reply>(session.Say(line));
        Assert.Equal("close 421 4.7.0", session.Say(line).Short());
        Assert.Equal(SessionState.Closed, session.State);
    }

    [Fact]
    public void Unknown_commands_end_it_sooner()
    {
        var session = At(SessionState.Greeted, Everything with { MaxUnknownCommands = 2 });
        Assert.Equal("500 5.5.1", session.Say("X").Short());
        Assert.Equal("500 5.5.1", session.Say("Y").Short());
        Assert.Equal("close 421 4.7.0", session.Say("Z").Short());
    }

    [Theory]
    [InlineData("NOOP")]
    [InlineData("RSET")]
    [InlineData("VRFY x")]
    [InlineData("HELP")]
    [InlineData("EHLO x")]
    public void Idling_ends_it_too(string line)
    {
        var session = new ServerSession(Everything with { MaxIdleCommands = 5 });
        for (var i = 0; i < 5; i++)
            Assert.IsType<ServerStep.Reply>(session.Say(line));
        Assert.Equal("close 421 4.7.0", session.Say(line).Short());
    }

    [Fact]
    public void An_accepted_message_clears_the_counts()
    {
        var session = At(SessionState.RcptGiven, Everything with { MaxIdleCommands = 3, MaxErrors = 2, MaxUnknownCommands = 2 });
        for (var i = 0; i < 20; i++)
        {
            session.Say("FOO");
            session.Say("DATA", Ok);
            session.Say("NOOP");
            session.Say("DATA");
            session.Say("MAIL FROM:<>", Ok);
            session.Say("RCPT TO:<b@sink.example>", Ok);
            Assert.Equal(SessionState.RcptGiven, session.State);
        }
    }

    [Fact]
    public void Refusals_of_the_caller_are_no_errors_of_form()
    {
        var session = At(SessionState.MailGiven, Everything with { MaxErrors = 1 });
        for (var i = 0; i < 100; i++)
            Assert.Equal(No, session.Say("RCPT TO:<b@sink.example>", No));
    }

    [Fact]
    public void Lines_too_long_are_errors_and_end_an_exchange()
    {
        var session = At(SessionState.RcptGiven);
        Assert.Equal(2048, session.MaxLineOctets);
        Assert.Equal("500 5.5.2", session.LineTooLong().Short());
        Assert.Equal(SessionState.RcptGiven, session.State);
        session = At(SessionState.Authenticating);
        Assert.Equal(12288, session.MaxLineOctets);
        Assert.Equal("500 5.5.6", session.LineTooLong().Short());
        Assert.Equal(SessionState.Greeted, session.State);
        session = At(SessionState.Greeted, Everything with { MaxErrors = 0 });
        Assert.Equal("close 421 4.7.0", session.LineTooLong().Short());
    }
}
