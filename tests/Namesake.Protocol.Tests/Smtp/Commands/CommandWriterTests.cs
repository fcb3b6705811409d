using System.Buffers;
using CsCheck;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Protocol.Tests.Smtp.Commands;

public sealed class CommandWriterTests
{
    private static readonly Gen<Mailbox> Address =
        Gen.Select(Gen.String[Gen.Char[" !\"\\.@<>aZ0üß例"], 0, 12], Gen.OneOf("acme.example", "a.b", "xn--mnchen-3ya.example"), (local, domain) => (local, domain))
            .Where(x => Mailbox.TryCreate(x.local, DomainName.Parse(x.domain), out _, out _))
            .Select(x => Mailbox.TryCreate(x.local, DomainName.Parse(x.domain), out var mailbox, out _) ? mailbox : throw new InvalidOperationException());

    private static readonly Gen<string> Printable = Gen.String[Gen.Char[" !+=\\{}xaZ0;~"], 1, 20];

    private static readonly Gen<MailCommand> Mail = Gen.Select(
        Gen.Null(Address), Gen.Long[0, long.MaxValue].Nullable(), Gen.Enum<BodyType>(), Gen.Enum<DsnReturn>().Nullable(), Gen.Null(Printable), Gen.Null(Gen.OneOf("<>", "ann@acme.example", "ü@b.example")),
        (path, size, body, part, id, submitter) => new MailCommand(path)
        {
            Size = size, Body = body, Return = part, EnvelopeId = id, Submitter = submitter, SmtpUtf8 = path?.NeedsSmtpUtf8 ?? false,
        });

    private static readonly Gen<RcptCommand> Rcpt = Gen.Select(
        Address, Gen.Int[0, 7].Select(n => (DsnNotify)n).Nullable(), Gen.Null(Gen.Select(Gen.OneOf("rfc822", "utf-8", "x-400"), Gen.OneOf(Printable, Gen.Const("ü例\\x{41}+41")), (t, a) => new OriginalRecipient(t, a))),
        (address, notify, original) => new RcptCommand(address) { Notify = notify, OriginalRecipient = original });

    [Fact]
    public void MAIL_is_read_back() => Mail.Sample(command => ReadBack(command, o => CommandWriter.Mail(o, command)), iter: 2000);

    [Fact]
    public void RCPT_is_read_back() => Rcpt.Sample(command => ReadBack(command, o => CommandWriter.Rcpt(o, command)), iter: 2000);

    [Fact]
    public void Simple_commands_are_read_back()
    {
        var name = HostName.Parse("mail.acme.example");
        ReadBack(new EhloCommand("mail.acme.example"), o => CommandWriter.Ehlo(o, name));
        ReadBack(new HeloCommand("mail.acme.example"), o => CommandWriter.Helo(o, name));
        ReadBack(new DataCommand(), CommandWriter.Data);
        ReadBack(new BdatCommand(7, false), o => CommandWriter.Bdat(o, 7, last: false));
        ReadBack(new BdatCommand(0, true), o => CommandWriter.Bdat(o, 0, last: true));
        ReadBack(new RsetCommand(), CommandWriter.Rset);
        ReadBack(new NoopCommand(), CommandWriter.Noop);
        ReadBack(new QuitCommand(), CommandWriter.Quit);
        ReadBack(new StartTlsCommand(), CommandWriter.StartTls);
    }

    [Fact]
    public void Parameters_stand_as_the_standards_write_them() =>
        Assert.Equal("MAIL FROM:<\"a b\"@acme.example> SIZE=10 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+20b+3D AUTH=<>\r\n", Octets.Written(o => CommandWriter.Mail(o,
            new MailCommand(Mailbox.Parse("\"a b\"@acme.example")) { Size = 10, Body = BodyType.EightBitMime, SmtpUtf8 = true, Return = DsnReturn.Headers, EnvelopeId = "a b=", Submitter = "<>" })));

    [Fact]
    public void Notifications_stand_as_the_standards_write_them() =>
        Assert.Equal("RCPT TO:<bob@sink.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b+2Bb\r\n", Octets.Written(o => CommandWriter.Rcpt(o,
            new RcptCommand(Mailbox.Parse("bob@sink.example")) { Notify = DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, OriginalRecipient = new("rfc822", "b+b") })));

    [Fact]
    public void Values_cannot_bring_in_a_line_end()
    {
        var evil = "a\r\nRCPT TO:<x@y.example>\r\n b\0=";
        var mail = Octets.Written(o => CommandWriter.Mail(o, new MailCommand(null) { EnvelopeId = evil, Submitter = evil }));
        var rcpt = Octets.Written(o => CommandWriter.Rcpt(o, new RcptCommand(Mailbox.Parse("a@b.example")) { OriginalRecipient = new("rfc822", evil) }));
        var utf8 = Octets.Written(o => CommandWriter.Rcpt(o, new RcptCommand(Mailbox.Parse("a@b.example")) { OriginalRecipient = new("utf-8", evil) }));
        foreach (var line in new[] { mail, rcpt, utf8 })
        {
            Assert.Equal(line.Length - 2, line.IndexOfAny(['\r', '\n']));
            Assert.DoesNotContain('\0', line);
        }
        Assert.Throws<ArgumentException>(() => new OriginalRecipient("rfc822\r\n", "a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommandWriter.Bdat(new ArrayBufferWriter<byte>(), -1, last: false));
    }

    private static void ReadBack(SmtpCommand command, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Assert.True(output.WrittenSpan.EndsWith("\r\n"u8));
        Assert.True(CommandParser.TryParse(output.WrittenSpan[..^2], null, out var read, out var refusal), refusal?.ToString());
        Assert.Equal(command, read);
    }
}
