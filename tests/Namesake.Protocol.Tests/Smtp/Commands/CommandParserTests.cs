using System.Text;
using CsCheck;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.Smtp.Commands;

public sealed class CommandParserTests
{
    private static readonly DomainName Home = DomainName.Parse("mail.acme.example");

    public static TheoryData<string, SmtpCommand> Commands => new()
    {
        { "EHLO mail.acme.example", new EhloCommand("mail.acme.example") },
        { "ehlo [192.0.2.1]", new EhloCommand("[192.0.2.1]") },
        { "EHLO WIN_PC", new EhloCommand("WIN_PC") },
        { "HELO  x", new HeloCommand("x") },
        { "DATA", new DataCommand() },
        { "DATA \t", new DataCommand() },
        { "rset", new RsetCommand() },
        { "NOOP", new NoopCommand() },
        { "NOOP anything <goes>", new NoopCommand() },
        { "QUIT", new QuitCommand() },
        { "VRFY ann@acme.example", new VrfyCommand("ann@acme.example") },
        { "HELP", new HelpCommand() },
        { "HELP MAIL", new HelpCommand() },
        { "STARTTLS", new StartTlsCommand() },
        { "starttls", new StartTlsCommand() },
        { "BDAT 0", new BdatCommand(0, false) },
        { "BDAT 1024 LAST", new BdatCommand(1024, true) },
        { "bdat 9223372036854775807 last", new BdatCommand(long.MaxValue, true) },
        { "AUTH PLAIN", new AuthCommand("PLAIN", null) },
        { "auth plain AGEAYg==", new AuthCommand("PLAIN", "AGEAYg==") },
        { "AUTH PLAIN =", new AuthCommand("PLAIN", "") },
        { "AUTH CRAM-MD5", new AuthCommand("CRAM-MD5", null) },
        { "FOO bar", new UnknownCommand("FOO") },
        { "", new UnknownCommand("") },
        { "abcdefghijklmnopqrstuvwxyz", new UnknownCommand("abcdefghijklmnopqrst") },
        { "MAIL FROM:<>", new MailCommand(null) },
        { "MAIL FROM:<ann@acme.example>", new MailCommand(Mailbox.Parse("ann@acme.example")) },
        { "mail from: <ann@acme.example> ", new MailCommand(Mailbox.Parse("ann@acme.example")) },
        { "MAIL FROM:<@a.example,@b.example:ann@acme.example>", new MailCommand(Mailbox.Parse("ann@acme.example")) },
        { "MAIL FROM:<\"a>b c\"@acme.example> SIZE=5", new MailCommand(Mailbox.Parse("\"a>b c\"@acme.example")) { Size = 5 } },
        { "MAIL FROM:<\"a\\\"> SIZE=1\"@acme.example>", new MailCommand(Mailbox.Parse("\"a\\\"> SIZE=1\"@acme.example")) },
        { "MAIL FROM:<ann@acme.example> SIZE=1000 BODY=8BITMIME RET=HDRS ENVID=Q+2BQ AUTH=<>",
            new MailCommand(Mailbox.Parse("ann@acme.example")) { Size = 1000, Body = BodyType.EightBitMime, Return = DsnReturn.Headers, EnvelopeId = "Q+Q", Submitter = "<>" } },
        { "MAIL FROM:<> size=00 body=7bit ret=full", new MailCommand(null) { Size = 0, Return = DsnReturn.Full } },
        { "MAIL FROM:<> BODY=BINARYMIME\tSMTPUTF8", new MailCommand(null) { Body = BodyType.BinaryMime, SmtpUtf8 = true } },
        { "MAIL FROM:<> SIZE=99999999999999999999", new MailCommand(null) { Size = long.MaxValue } },
        { "MAIL FROM:<ünï@bücher.example> SMTPUTF8", new MailCommand(Mailbox.Parse("ünï@bücher.example")) { SmtpUtf8 = true } },
        { "MAIL FROM:<> AUTH=ann+40acme.example", new MailCommand(null) { Submitter = "ann@acme.example" } },
        { "RCPT TO:<bob@sink.example>", new RcptCommand(Mailbox.Parse("bob@sink.example")) },
        { "RCPT TO:<Postmaster>", new RcptCommand(Mailbox.Parse("postmaster@mail.acme.example")) },
        { "RCPT TO:<bob@sink.example> NOTIFY=NEVER", new RcptCommand(Mailbox.Parse("bob@sink.example")) { Notify = DsnNotify.Never } },
        { "RCPT TO:<bob@sink.example> notify=delay,FAILURE ORCPT=RFC822;Bob+40Sink.example",
            new RcptCommand(Mailbox.Parse("bob@sink.example")) { Notify = DsnNotify.Failure | DsnNotify.Delay, OriginalRecipient = new("rfc822", "Bob@Sink.example") } },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;b\\x{FC}b@sink.example",
            new RcptCommand(Mailbox.Parse("bob@sink.example")) { OriginalRecipient = new("utf-8", "büb@sink.example") } },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;büb+x@sink.example",
            new RcptCommand(Mailbox.Parse("bob@sink.example")) { OriginalRecipient = new("utf-8", "büb+x@sink.example") } },
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "EHLO", "501 5.5.4" },
        { "EHLO a b", "501 5.5.4" },
        { "EHLO büro", "501 5.5.4" },
        { "EHLO " + new string('a', 300), "501 5.5.4" },
        { "HELO ", "501 5.5.4" },
        { "DATA now", "501 5.5.4" },
        { "RSET x", "501 5.5.4" },
        { "QUIT x", "501 5.5.4" },
        { "STARTTLS now", "501 5.5.4" },
        { "VRFY", "501 5.5.4" },
        { "BDAT", "501 5.5.4" },
        { "BDAT -1", "501 5.5.4" },
        { "BDAT x LAST", "501 5.5.4" },
        { "BDAT 1 FIRST", "501 5.5.4" },
        { "BDAT 9223372036854775808", "501 5.5.4" },
        { "BDAT 1 LAST x", "501 5.5.4" },
        { "AUTH", "501 5.5.4" },
        { "AUTH PLAIN a b", "501 5.5.4" },
        { "NOOP \0", "500 5.5.2" },
        { "EHLO a\nMAIL FROM:<>", "500 5.5.2" },
        { "RSET\r", "500 5.5.2" },
        { "MAIL", "501 5.5.4" },
        { "MAIL FROM", "501 5.5.4" },
        { "MAIL FROM:", "501 5.5.4" },
        { "MAIL TO:<a@b.example>", "501 5.5.4" },
        { "MAIL FROM:ann@acme.example", "501 5.5.4" },
        { "MAIL FROM:<ann@acme.example", "501 5.5.4" },
        { "MAIL FROM:<ann@acme.example>SIZE=1", "501 5.5.4" },
        { "MAIL FROM:<\"ann@acme.example>", "501 5.5.4" },
        { "MAIL FROM:<ann>", "501 5.1.7" },
        { "MAIL FROM:<ann@[192.0.2.1]>", "501 5.1.7" },
        { "MAIL FROM:<ann@acme.example.>", "501 5.1.7" },
        { "MAIL FROM:< ann@acme.example>", "501 5.1.7" },
        { "MAIL FROM:<@a.example;ann@acme.example>", "501 5.1.7" },
        { "MAIL FROM:<@a b:ann@acme.example>", "501 5.1.7" },
        { "MAIL FROM:<@:ann@acme.example>", "501 5.1.7" },
        { "MAIL FROM:<ünï@acme.example>", "553 5.6.7" },
        { "MAIL FROM:<ann@bücher.example>", "553 5.6.7" },
        { "MAIL FROM:<> SIZE", "501 5.5.4" },
        { "MAIL FROM:<> SIZE=", "501 5.5.4" },
        { "MAIL FROM:<> SIZE=-1", "501 5.5.4" },
        { "MAIL FROM:<> SIZE=1k", "501 5.5.4" },
        { "MAIL FROM:<> SIZE=100000000000000000000", "501 5.5.4" },
        { "MAIL FROM:<> SIZE=1 SIZE=2", "501 5.5.4" },
        { "MAIL FROM:<> BODY=9BIT", "501 5.5.4" },
        { "MAIL FROM:<> BODY=7BIT BODY=7BIT", "501 5.5.4" },
        { "MAIL FROM:<> SMTPUTF8=yes", "501 5.5.4" },
        { "MAIL FROM:<> SMTPUTF8 SMTPUTF8", "501 5.5.4" },
        { "MAIL FROM:<> RET=ALL", "501 5.5.4" },
        { "MAIL FROM:<> RET=FULL RET=FULL", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=a+zz", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=a+4", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=a+0A", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=a+C3+BC", "501 5.5.4" },
        { "MAIL FROM:<> ENVID=" + new string('a', 101), "501 5.5.4" },
        { "MAIL FROM:<> ENVID=a ENVID=b", "501 5.5.4" },
        { "MAIL FROM:<> AUTH=", "501 5.5.4" },
        { "MAIL FROM:<> AUTH=<> AUTH=<>", "501 5.5.4" },
        { "MAIL FROM:<> FOO", "555 5.5.4" },
        { "MAIL FROM:<> FOO=bar", "555 5.5.4" },
        { "MAIL FROM:<> =x", "555 5.5.4" },
        { "MAIL FROM:<> " + new string('X', 1000), "555 5.5.4" },
        { "MAIL FROM:<> NOTIFY=NEVER", "555 5.5.4" },
        { "RCPT TO:<>", "501 5.1.3" },
        { "RCPT TO:<bob>", "501 5.1.3" },
        { "RCPT FROM:<bob@sink.example>", "501 5.5.4" },
        { "RCPT TO:bob@sink.example", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> SIZE=1", "555 5.5.4" },
        { "RCPT TO:<bob@sink.example> NOTIFY=", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> NOTIFY=NEVER,DELAY", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> NOTIFY=NEVER NOTIFY=NEVER", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=bob", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=;bob", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rfc822;", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rf c;b", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rfc822;b+0D+0A", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rfc822;bü", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;b\\x{A}", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;b\\x{D800}", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;b\\x{FC", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=utf-8;b\\", "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rfc822;" + new string('a', 500), "501 5.5.4" },
        { "RCPT TO:<bob@sink.example> ORCPT=rfc822;a ORCPT=rfc822;b", "501 5.5.4" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Commands_are_read(string line, SmtpCommand command)
    {
        Assert.True(CommandParser.TryParse(Encoding.UTF8.GetBytes(line), Home, out var read, out var refusal), refusal?.ToString());
        Assert.Equal(command, read);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_read_is_refused_with_the_code_of_its_fault(string line, string codes)
    {
        Assert.False(CommandParser.TryParse(Encoding.UTF8.GetBytes(line), Home, out var command, out var refusal));
        Assert.Null(command);
        Assert.StartsWith(codes + " ", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAIL FROM:<>", SmtpVerb.Mail)]
    [InlineData("mail", SmtpVerb.Mail)]
    [InlineData("MAILFROM:<>", SmtpVerb.Unknown)]
    [InlineData("EXPN list", SmtpVerb.Unimplemented)]
    [InlineData("ETRN x", SmtpVerb.Unimplemented)]
    [InlineData("GET / HTTP/1.1", SmtpVerb.Foreign)]
    [InlineData("POST / HTTP/1.1", SmtpVerb.Foreign)]
    [InlineData(" MAIL FROM:<>", SmtpVerb.Unknown)]
    [InlineData("\0", SmtpVerb.Unknown)]
    [InlineData("ＭＡＩＬ", SmtpVerb.Unknown)]
    public void The_verb_is_the_first_word(string line, SmtpVerb verb) => Assert.Equal(verb, CommandParser.Verb(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Without_a_home_there_is_no_postmaster() =>
        Assert.False(CommandParser.TryParse("RCPT TO:<postmaster>"u8, null, out _, out _));

    [Fact]
    public void Any_octets_are_a_command_or_a_refusal_that_fits_on_a_line()
    {
        var part = Gen.OneOf("MAIL FROM:", "RCPT TO:", "EHLO ", "BDAT ", "AUTH ", "<", ">", "@", "\"", "\\", "a", "b.example", " ", "SIZE=", "ORCPT=", "utf-8;", "\\x{", "}", "+", "=", "\0", "ü", "\r", "\n", "1");
        Gen.OneOf(part.Array[0, 20].Select(p => Octets.Of(string.Concat(p))), Gen.Byte.Array[0, 50]).Sample(line =>
        {
            if (CommandParser.TryParse(line, Home, out var command, out var refusal))
                Assert.NotNull(command);
            else
                Assert.True(refusal.Code is 500 or 501 or 553 or 555);
        }, iter: 10_000);
    }

    [Fact]
    public void Secrets_are_not_shown() => Assert.Equal("AUTH PLAIN (secret)", new AuthCommand("PLAIN", "AGEAYg==").ToString());

    [Fact]
    public void A_line_of_a_megabyte_is_refused_like_any_other()
    {
        Assert.False(CommandParser.TryParse(Octets.Of("MAIL FROM:<" + new string('a', 1_000_000) + "@b.example>"), Home, out _, out var refusal));
        Assert.Equal(SmtpReply.Of(501, "5.1.7", refusal.Lines[0]), refusal);
    }
}
