using System.Text;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;
using static Namesake.Protocol.Tests.Smtp.Server.Sessions;

namespace Namesake.Protocol.Tests.Smtp.Server;

/// <summary>AUTH, RFC 4954, and STARTTLS, RFC 3207.</summary>
public sealed class AuthTests
{
    private static readonly SmtpReply Welcome = SmtpReply.Of(235, "2.7.0", "Welcome");
    private static readonly SmtpReply Wrong = SmtpReply.Of(535, "5.7.8", "Wrong");

    [Fact]
    public void PLAIN_logs_in_with_an_initial_response()
    {
        var session = At(SessionState.Greeted);
        Assert.Equal(new ServerStep.Authenticate("ann", "sécret"), session.Say("AUTH PLAIN " + Base64("\0ann\0sécret")));
        Assert.Equal(Welcome, session.Answer(Welcome));
        Assert.Equal(("ann", SessionState.Greeted, "ESMTPA"), (session.User, session.State, session.Transmission.ToString()));
    }

    [Fact]
    public void PLAIN_logs_in_after_a_challenge()
    {
        var session = At(SessionState.Greeted);
        var challenge = (ServerStep.Challenge)session.Say("AUTH PLAIN");
        Assert.Equal("334 \r\n", Octets.Written(challenge.Answer.WriteTo));
        Assert.Equal(SessionState.Authenticating, session.State);
        Assert.Equal(new ServerStep.Authenticate("ann", "x"), session.Say(Base64("ann\0ann\0x")));
    }

    [Fact]
    public void LOGIN_asks_for_user_and_password()
    {
        var session = At(SessionState.Greeted);
        Assert.Equal("334 VXNlcm5hbWU6\r\n", Octets.Written(((ServerStep.Challenge)session.Say("AUTH LOGIN")).Answer.WriteTo));
        Assert.Equal("334 UGFzc3dvcmQ6\r\n", Octets.Written(((ServerStep.Challenge)session.Say(Base64("ann"))).Answer.WriteTo));
        Assert.Equal(new ServerStep.Authenticate("ann", "secret"), session.Say(Base64("secret")));
        session.Answer(Wrong);
        Assert.Equal("challenge 334", session.Say("AUTH LOGIN " + Base64("bob")).Short());
        Assert.Equal(new ServerStep.Authenticate("bob", "b"), session.Say(Base64("b")));
    }

    [Theory]
    [InlineData("*", "501 5.7.0")]
    [InlineData("not base64!", "501 5.5.2")]
    [InlineData("QUJ", "501 5.5.2")]
    [InlineData("QU Jj", "501 5.5.2")]
    [InlineData("/w==", "501 5.5.2")] // no UTF-8
    [InlineData("", "501 5.5.2")]
    [InlineData("YW5u", "501 5.5.2")] // no NUL
    [InlineData("AGFubgA=", "501 5.5.2")] // no password
    [InlineData("AABi", "501 5.5.2")] // no user
    [InlineData("AGEAYgBj", "501 5.5.2")] // too many parts
    [InlineData("Ym9iAGFubgBi", "535 5.7.8")] // bob wants to be ann
    [InlineData("QUIT", "501 5.5.2")]
    public void A_response_that_is_none_ends_the_exchange(string line, string codes)
    {
        var session = At(SessionState.Greeted);
        session.Say("AUTH PLAIN");
        Assert.Equal(codes, session.Say(line).Short());
        Assert.Equal((SessionState.Greeted, null), (session.State, session.User));
        Assert.Equal("250 2.0.0", session.Say("NOOP").Short());
    }

    [Theory]
    [InlineData("*", "501 5.7.0")]
    [InlineData("=", "501 5.5.2")]
    [InlineData("AA==", "501 5.5.2")]
    public void LOGIN_is_cancelled_or_refused_the_same_way(string line, string codes)
    {
        var session = At(SessionState.Authenticating);
        Assert.Equal(codes, session.Say(line).Short());
        session.Say("AUTH LOGIN");
        session.Say(Base64("ann"));
        Assert.Equal(codes, session.Say(line).Short());
        Assert.Equal(SessionState.Greeted, session.State);
    }

    [Fact]
    public void An_empty_initial_response_is_not_a_missing_one() =>
        Assert.Equal("501 5.5.2", At(SessionState.Greeted).Say("AUTH PLAIN =").Short());

    [Fact]
    public void Logging_in_twice_is_out_of_order()
    {
        var session = At(SessionState.Greeted);
        session.Say("AUTH PLAIN " + Base64("\0a\0b"), Welcome);
        Assert.Equal("503 5.5.1", session.Say("AUTH PLAIN " + Base64("\0c\0d")).Short());
        Assert.Equal("a", session.User);
        session.Say("EHLO again.example");
        Assert.Equal("a", session.User);
    }

    [Fact]
    public void Mechanisms_that_are_not_offered_are_504() => Assert.Equal("504 5.5.4", At(SessionState.Greeted).Say("AUTH CRAM-MD5").Short());

    [Fact]
    public void Without_protection_there_is_no_login()
    {
        var session = At(SessionState.Greeted, Everything with { AuthRequiresTls = true });
        Assert.Equal("538 5.7.11", session.Say("AUTH PLAIN " + Base64("\0a\0b")).Short());
        Assert.Equal("tls 220 2.0.0", session.Say("STARTTLS").Short());
        session.TlsStarted();
        session.Say("EHLO client.example");
        Assert.Equal("login?", session.Say("AUTH PLAIN " + Base64("\0a\0b")).Short());
        session.Answer(Welcome);
        session.Say("MAIL FROM:<> SMTPUTF8", Ok);
        Assert.Equal("UTF8SMTPSA", session.Transmission.ToString());
    }

    [Fact]
    public void Logins_that_fail_too_often_end_the_session()
    {
        var session = At(SessionState.Greeted, Everything with { MaxFailedLogins = 3 });
        Assert.Equal(Wrong, session.Say("AUTH PLAIN " + Base64("\0a\0b"), Wrong));
        Assert.Equal(Wrong, session.Say("AUTH PLAIN " + Base64("\0a\0b"), Wrong));
        Assert.Equal(421, session.Say("AUTH PLAIN " + Base64("\0a\0b"), Wrong).Code);
        Assert.Equal((SessionState.Closed, null), (session.State, session.User));
    }

    [Fact]
    public void Passwords_are_not_shown() => Assert.DoesNotContain("secret", new ServerStep.Authenticate("ann", "secret").ToString(), StringComparison.Ordinal);

    [Fact]
    public void STARTTLS_resets_the_session_to_its_beginning()
    {
        var session = At(SessionState.Greeted);
        session.Say("AUTH PLAIN " + Base64("\0a\0b"), Welcome);
        session.Say("STARTTLS");
        Assert.Throws<InvalidOperationException>(() => session.Say("EHLO injected.example"));
        session.TlsStarted();
        Assert.Equal((SessionState.Connected, null, null, true, false), (session.State, session.ClientName, session.User, session.IsTls, session.IsExtended));
        Assert.Equal("503 5.5.1", session.Say("MAIL FROM:<>").Short());
        Assert.DoesNotContain("STARTTLS", ((ServerStep.Reply)session.Say("EHLO x")).Answer.Lines);
        Assert.Equal("503 5.5.1", session.Say("STARTTLS").Short());
    }

    [Fact]
    public void Protection_lasts_over_messages()
    {
        var session = At(SessionState.RcptGiven, Everything with { ImplicitTls = true });
        session.Say("DATA", Ok);
        Assert.True(session.IsTls);
        Assert.Equal("503 5.5.1", session.Say("STARTTLS").Short());
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
