using System.Buffers;
using System.Net;
using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Reflecting;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Receivers.Reflecting;

/// <summary>What a reflector says, and that nothing makes it say more.</summary>
public sealed class ReflectorDialogueTests
{
    private static readonly HostName Name = HostName.Parse("reflect.ours.example");
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.5");
    private readonly ReflectorDialogue _dialogue = new(Name, offersTls: true);

    [Fact]
    public void Its_first_line_is_read_by_whoever_reads_echoes()
    {
        var echo = EhloEcho.Parse(Greet("EHLO mail.acme.example", Aligned()).Lines[0]);
        Assert.Equal(new EhloEcho(Client, "mail.acme.example", false), echo);
        Assert.Equal(new EhloEcho(Client, "mail.acme.example", false), EhloEcho.Parse(Greet("HELO mail.acme.example", Aligned()).Lines[0]));
        Assert.Equal(new EhloEcho(Client, "mail.acme.example", true), EhloEcho.Parse(Greet("EHLO mail.acme.example", Aligned() with { MayBeForged = true }).Lines[0]));
    }

    [Fact]
    public void The_first_line_is_the_one_that_is_documented() =>
        Assert.Equal("reflect.ours.example Hello mail.acme.example [203.0.113.5], PTR mail.acme.example, aligned", Greet("EHLO mail.acme.example", Aligned()).Lines[0]);

    [Theory]
    [InlineData("EHLO [198.51.100.7]")]
    [InlineData("EHLO [IPv6:2001:db8::7]")]
    [InlineData("EHLO x[198.51.100.7]")]
    [InlineData("EHLO localhost")]
    [InlineData("EHLO Hello,[198.51.100.7]")]
    public void A_name_that_is_none_never_stands_for_the_address(string line)
    {
        var reply = Greet(line, Aligned() with { Heard = line[5..] });
        Assert.Equal(Client, EhloEcho.Parse(reply.Lines[0]).Address);
        Assert.Equal(line[5..], ReflectorReport.Find(EhloResponse.Parse(reply))?.Heard);
    }

    [Fact]
    public void Even_the_longest_names_leave_the_address_in_one_line()
    {
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 61), 4)) + ".ex";
        var dialogue = new ReflectorDialogue(HostName.Parse(longest), false);
        dialogue.Receive(Encoding.ASCII.GetBytes($"EHLO {longest}"));
        var reply = dialogue.Answer(Aligned() with { Heard = longest, Pointer = "PTR " + longest });
        Assert.Equal(Client, EhloEcho.Parse(reply.Lines[0]).Address);
        Assert.All(Written(reply).Split("\r\n"), line => Assert.True(line.Length <= 510));
    }

    [Fact]
    public void What_it_found_stands_in_further_lines_and_is_bounded()
    {
        var findings = Enumerable.Range(0, 50).Select(i => new Finding($"PT-{i:00}", FindingSeverity.Hold, new string('s', 4000), "e", "f", DateTimeOffset.UnixEpoch));
        var reply = Greet("EHLO mail.acme.example", Aligned() with { Pointer = "PTR " + new string('p', 60_000), Forward = new string('f', 60_000), Findings = [.. findings] });
        Assert.True(reply.Lines.Length <= ReflectorForm.MostLines);
        Assert.True(Written(reply).Length <= ReflectorForm.MostLines * (ReflectorForm.MostText + 10));
        var response = EhloResponse.Parse(Greet("EHLO mail.acme.example", Aligned()));
        Assert.Equal(new ReflectorReport("mail.acme.example", "aligned"), ReflectorReport.Find(response));
        Assert.All(ReflectorForm.Offered.Add("STARTTLS"), keyword => Assert.Contains(keyword, response.Extensions.Keys));
    }

    [Fact]
    public void Another_servers_answer_is_no_reflectors() =>
        Assert.Null(ReflectorReport.Find(EhloResponse.Parse(SmtpReply.Plain(250, "mx.example.org at your service, [203.0.113.5]", "PIPELINING"))));

    [Fact]
    public void It_takes_no_mail_and_says_the_verdict_in_words()
    {
        Assert.Equal(503, Say("MAIL FROM:<ann@acme.example>").Code);
        var finding = new Finding("PT-01", FindingSeverity.Hold, "no PTR", "PTR mail.acme.example", "Add the record", DateTimeOffset.UnixEpoch);
        Greet("EHLO mail.acme.example", Aligned() with { Verdict = "misaligned", Pointer = "no PTR", Findings = [finding] });
        var refusal = Say("MAIL FROM:<ann@acme.example>");
        Assert.Equal(550, refusal.Code);
        Assert.Equal(
            ["This host takes no mail; it tells what receivers see of you", "[203.0.113.5], no PTR, EHLO mail.acme.example: misaligned", "PT-01: no PTR; expected PTR mail.acme.example", "To put it right: Add the record"],
            refusal.Lines);
        Assert.Equal([503, 503], new[] { "RCPT TO:<x@y.example>", "DATA" }.Select(line => Say(line).Code));
        Assert.IsType<ReflectorStep.Close>(Receive("BDAT 100 LAST"));
    }

    [Fact]
    public void Everything_else_has_its_answer()
    {
        Assert.Equal([250, 250, 214, 502, 502, 502, 500], new[] { "NOOP", "RSET", "HELP", "VRFY x", "AUTH PLAIN", "EXPN x", "NONSENSE" }.Select(line => Say(line).Code));
        Assert.Equal(221, Assert.IsType<ReflectorStep.Close>(Receive("QUIT")).Answer.Code);
        Assert.True(_dialogue.IsClosed);
        Assert.Throws<InvalidOperationException>(() => Receive("NOOP"));
    }

    [Fact]
    public void A_browser_is_hung_up_on() => Assert.Equal(554, Assert.IsType<ReflectorStep.Close>(Receive("GET / HTTP/1.1")).Answer.Code);

    [Fact]
    public void Errors_and_commands_are_counted()
    {
        for (var i = 0; i < ReflectorDialogue.MostErrors; i++)
            Assert.Equal(500, Say("NONSENSE").Code);
        Assert.Equal(421, Assert.IsType<ReflectorStep.Close>(Receive("NONSENSE")).Answer.Code);

        var patient = new ReflectorDialogue(Name, false);
        for (var i = 0; i < ReflectorDialogue.MostCommands; i++)
            Assert.IsType<ReflectorStep.Reply>(patient.Receive("NOOP"u8));
        Assert.Equal(421, Assert.IsType<ReflectorStep.Close>(patient.Receive("NOOP"u8)).Answer.Code);
    }

    [Fact]
    public void After_STARTTLS_everything_is_forgotten()
    {
        Assert.Equal(503, Say("STARTTLS").Code);
        Greet("EHLO mail.acme.example", Aligned());
        Assert.IsType<ReflectorStep.UpgradeToTls>(Receive("STARTTLS"));
        Assert.Throws<InvalidOperationException>(() => Receive("NOOP"));
        _dialogue.TlsStarted();
        Assert.Equal(503, Say("MAIL FROM:<>").Code);
        Assert.DoesNotContain("STARTTLS", Greet("EHLO mail.acme.example", Aligned()).Lines);
        Assert.Equal(502, Say("STARTTLS").Code);
    }

    private static ReflectedIdentity Aligned() => new(Client, "mail.acme.example", "aligned") { Pointer = "PTR mail.acme.example", Forward = "mail.acme.example A 203.0.113.5" };

    private SmtpReply Greet(string line, ReflectedIdentity identity)
    {
        Assert.Equal(line[5..], Assert.IsType<ReflectorStep.Look>(Receive(line)).Heard);
        return _dialogue.Answer(identity);
    }

    private SmtpReply Say(string line) => Assert.IsType<ReflectorStep.Reply>(Receive(line)).Answer;

    private ReflectorStep Receive(string line) => _dialogue.Receive(Encoding.ASCII.GetBytes(line));

    private static string Written(SmtpReply reply)
    {
        var octets = new ArrayBufferWriter<byte>();
        reply.WriteTo(octets);
        return Encoding.ASCII.GetString(octets.WrittenSpan);
    }
}
