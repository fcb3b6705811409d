using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;
using static Namesake.Protocol.Tests.Smtp.Server.Sessions;

namespace Namesake.Protocol.Tests.Smtp.Server;

public sealed class ServerSessionTests
{
    [Fact]
    public void The_greeting_says_the_name_and_nothing_else() =>
        Assert.Equal("220 mail.acme.example ESMTP\r\n", Octets.Written(new ServerSession(Everything).Greeting().WriteTo));

    [Fact]
    public void EHLO_lists_what_is_offered()
    {
        var ehlo = (ServerStep.Reply)new ServerSession(Everything with { AuthRequiresTls = true }).Say("EHLO x");
        Assert.Equal(["mail.acme.example", "PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "STARTTLS", "CHUNKING", "DSN"], ehlo.Answer.Lines);
        ehlo = (ServerStep.Reply)new ServerSession(Everything with { ImplicitTls = true, AuthRequiresTls = true, Chunking = false, Dsn = false }).Say("EHLO x");
        Assert.Equal(["mail.acme.example", "PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN"], ehlo.Answer.Lines);
        ehlo = (ServerStep.Reply)new ServerSession(new() { ServerName = Everything.ServerName, EhloText = "Hello [192.0.2.1]" }).Say("EHLO x");
        Assert.Equal(["mail.acme.example Hello [192.0.2.1]", "PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"], ehlo.Answer.Lines);
    }

    [Fact]
    public void HELO_lists_nothing()
    {
        var session = new ServerSession(Everything);
        Assert.Equal(["mail.acme.example"], ((ServerStep.Reply)session.Say("HELO x")).Answer.Lines);
        Assert.False(session.IsExtended);
        Assert.Equal("x", session.ClientName);
        Assert.Equal("503 5.5.1", session.Say("STARTTLS").Short());
        Assert.Equal("503 5.5.1", session.Say("AUTH PLAIN").Short());
    }

    [Fact]
    public void A_whole_transaction_goes_from_EHLO_to_the_next_MAIL()
    {
        var session = At(SessionState.Greeted);
        Assert.Equal(Ok, session.Say("MAIL FROM:<ann@acme.example> SIZE=10", Ok));
        Assert.Equal(Mailbox.Parse("ann@acme.example"), session.Mail!.ReversePath);
        Assert.Equal(No, session.Say("RCPT TO:<x@sink.example>", No));
        Assert.Equal(SessionState.MailGiven, session.State);
        session.Say("RCPT TO:<bob@sink.example>", Ok);
        session.Say("RCPT TO:<eve@sink.example>", No);
        session.Say("RCPT TO:<col@sink.example>", Ok);
        Assert.Equal((SessionState.RcptGiven, 2), (session.State, session.Recipients));
        Assert.Equal("content 354", session.Say("DATA").Short());
        Assert.Equal(SessionState.Content, session.State);
        Assert.Equal(Ok, session.ContentEnded(Ok));
        Assert.Equal((SessionState.Greeted, 0, null), (session.State, session.Recipients, session.Mail));
        Assert.Equal("sender?", session.Say("MAIL FROM:<>").Short());
    }

    [Fact]
    public void A_refused_sender_opens_no_transaction()
    {
        var session = At(SessionState.Greeted);
        session.Say("MAIL FROM:<x@other.example>", No);
        Assert.Equal((SessionState.Greeted, null), (session.State, session.Mail));
        Assert.Equal("503 5.5.1", session.Say("RCPT TO:<bob@sink.example>").Short());
        Assert.Equal("sender?", session.Say("MAIL FROM:<ann@acme.example>").Short());
    }

    [Fact]
    public void DATA_after_only_refused_recipients_is_554()
    {
        var session = At(SessionState.MailGiven);
        session.Say("RCPT TO:<bob@sink.example>", No);
        Assert.Equal("554 5.5.1", session.Say("DATA").Short());
        session.Say("RSET");
        session.Say("MAIL FROM:<ann@acme.example>", Ok);
        Assert.Equal("503 5.5.1", session.Say("DATA").Short());
    }

    [Fact]
    public void Content_that_is_refused_ends_the_transaction_too()
    {
        var session = At(SessionState.Content);
        Assert.Equal(No, session.ContentEnded(No));
        Assert.Equal(SessionState.Greeted, session.State);
    }

    [Fact]
    public void Content_can_be_put_off_before_354_is_sent()
    {
        var session = At(SessionState.RcptGiven);
        session.Say("DATA");
        var full = SmtpReply.Of(452, "4.3.1", "Disk full");
        Assert.Equal(full, session.Answer(full));
        Assert.Equal("sender?", session.Say("MAIL FROM:<ann@acme.example>").Short());
    }

    [Fact]
    public void Ehlo_inside_a_transaction_resets_it()
    {
        foreach (var state in new[] { SessionState.MailGiven, SessionState.RcptGiven, SessionState.Chunks })
        {
            var session = At(state);
            session.Say("EHLO other.example");
            Assert.Equal((SessionState.Greeted, null, 0, "other.example"), (session.State, session.Mail, session.Recipients, session.ClientName));
        }
    }

    [Fact]
    public void A_malformed_EHLO_leaves_the_transaction_as_it_was()
    {
        var session = At(SessionState.RcptGiven);
        Assert.Equal("501 5.5.4", session.Say("EHLO").Short());
        Assert.Equal((SessionState.RcptGiven, "client.example"), (session.State, session.ClientName));
    }

    [Theory]
    [InlineData("DATA now", "503 5.5.1")]
    [InlineData("MAIL FROM:garbage", "503 5.5.1")]
    [InlineData("RCPT garbage", "503 5.5.1")]
    [InlineData("AUTH", "503 5.5.1")]
    [InlineData("STARTTLS x", "503 5.5.1")]
    public void Order_comes_before_form(string line, string codes) => Assert.Equal(codes, new ServerSession(Everything).Say(line).Short());

    [Fact]
    public void A_size_beyond_the_limit_is_refused_at_MAIL()
    {
        Assert.Equal("552 5.3.4", At(SessionState.Greeted).Say("MAIL FROM:<> SIZE=1001").Short());
        Assert.Equal("552 5.3.4", At(SessionState.Greeted).Say("MAIL FROM:<> SIZE=99999999999999999999").Short());
        Assert.Equal("sender?", At(SessionState.Greeted).Say("MAIL FROM:<> SIZE=1000").Short());
    }

    [Fact]
    public void Parameters_that_were_not_offered_are_refused()
    {
        var bare = new ServerSessionOptions { ServerName = Everything.ServerName };
        Assert.Equal("555 5.5.4", At(SessionState.Greeted, bare).Say("MAIL FROM:<> RET=FULL").Short());
        Assert.Equal("555 5.5.4", At(SessionState.Greeted, bare).Say("MAIL FROM:<> ENVID=x").Short());
        Assert.Equal("555 5.5.4", At(SessionState.Greeted, bare).Say("MAIL FROM:<> AUTH=<>").Short());
        Assert.Equal("555 5.5.4", At(SessionState.Greeted).Say("MAIL FROM:<> BODY=BINARYMIME").Short());
        Assert.Equal("555 5.5.4", At(SessionState.MailGiven, bare).Say("RCPT TO:<b@sink.example> NOTIFY=NEVER").Short());
        Assert.Equal("555 5.5.4", At(SessionState.MailGiven, bare).Say("RCPT TO:<b@sink.example> ORCPT=rfc822;b").Short());
        Assert.Equal("502 5.5.1", At(SessionState.Greeted, bare).Say("STARTTLS").Short());
        Assert.Equal("502 5.5.1", At(SessionState.Greeted, bare).Say("AUTH PLAIN").Short());
        Assert.Equal("drop 5 502 5.5.1", At(SessionState.RcptGiven, bare).Say("BDAT 5").Short());
        Assert.Equal("sender?", At(SessionState.Greeted).Say("MAIL FROM:<> RET=FULL ENVID=x AUTH=<>").Short());
    }

    [Fact]
    public void A_recipient_beyond_ASCII_needs_SMTPUTF8_at_MAIL()
    {
        var session = At(SessionState.MailGiven);
        Assert.Equal("553 5.6.7", session.Say("RCPT TO:<bü@sink.example>").Short());
        Assert.Equal("553 5.6.7", session.Say("RCPT TO:<b@bücher.example>").Short());
        session = At(SessionState.Greeted);
        session.Say("MAIL FROM:<ann@acme.example> SMTPUTF8", Ok);
        Assert.Equal("recipient?", session.Say("RCPT TO:<bü@bücher.example>").Short());
    }

    [Fact]
    public void Recipients_beyond_the_limit_are_put_off_without_asking()
    {
        var session = At(SessionState.RcptGiven, Everything with { MaxRecipients = 2 });
        session.Say("RCPT TO:<b2@sink.example>", Ok);
        for (var i = 0; i < 1000; i++)
            Assert.Equal("452 4.5.3", session.Say($"RCPT TO:<c{i}@sink.example>").Short());
        Assert.Equal("content 354", session.Say("DATA").Short());
    }

    [Fact]
    public void The_postmaster_of_the_server_needs_no_domain()
    {
        var step = (ServerStep.CheckRecipient)At(SessionState.MailGiven).Say("RCPT TO:<postmaster>");
        Assert.Equal("postmaster@mail.acme.example", step.Command.Recipient.ToString());
    }

    [Theory]
    [InlineData("EHLO x", "MAIL FROM:<>", "ESMTP")]
    [InlineData("HELO x", "MAIL FROM:<>", "SMTP")]
    [InlineData("EHLO x", "MAIL FROM:<> SMTPUTF8", "UTF8SMTP")]
    public void The_way_a_message_came_has_a_name(string hello, string mail, string name)
    {
        var session = new ServerSession(Everything);
        session.Say(hello);
        session.Say(mail, Ok);
        Assert.Equal(name, session.Transmission.ToString());
    }

    [Fact]
    public void Calls_out_of_turn_are_mistakes_of_the_caller()
    {
        var session = At(SessionState.Greeted);
        Assert.Throws<InvalidOperationException>(() => session.Answer(Ok));
        Assert.Throws<InvalidOperationException>(() => session.ContentEnded(Ok));
        Assert.Throws<InvalidOperationException>(session.TlsStarted);
        session.Say("MAIL FROM:<>");
        Assert.Throws<InvalidOperationException>(() => session.Say("RCPT TO:<b@sink.example>"));
        Assert.Throws<InvalidOperationException>(() => session.ContentEnded(Ok));
        session.Answer(Ok);
        session.Say("QUIT");
        Assert.Throws<InvalidOperationException>(() => session.Say("NOOP"));
        Assert.Throws<InvalidOperationException>(() => At(SessionState.Content).Say("NOOP"));
        Assert.Throws<InvalidOperationException>(() => At(SessionState.Content).LineTooLong());
    }

    [Fact]
    public void Time_outs_and_shutdown_are_421_wherever_the_session_stands()
    {
        foreach (var state in Enum.GetValues<SessionState>().Where(s => s != SessionState.Closed))
        {
            var session = At(state);
            Assert.Equal("close 421 4.4.2", session.TimedOut().Short());
            Assert.Equal((SessionState.Closed, null), (session.State, session.Mail));
            Assert.Equal("close 421 4.3.2", At(state).ShuttingDown().Short());
        }
    }

    [Fact]
    public void A_421_of_the_caller_closes_the_session()
    {
        var session = At(SessionState.Greeted);
        session.Say("MAIL FROM:<>", SmtpReply.Of(421, "4.7.0", "Not now"));
        Assert.Equal(SessionState.Closed, session.State);
    }

    [Fact]
    public void The_whole_session_over_text_reads_as_it_should()
    {
        var session = new ServerSession(Everything with { ServerName = HostName.Parse("mx.brand.example") });
        var said = string.Concat(new[] { session.Greeting(), ((ServerStep.Reply)session.Say("HELO x")).Answer, ((ServerStep.Close)session.Say("QUIT")).Answer }.Select(r => Octets.Written(r.WriteTo)));
        Assert.Equal("220 mx.brand.example ESMTP\r\n250 mx.brand.example\r\n221 2.0.0 Bye\r\n", said);
    }
}
