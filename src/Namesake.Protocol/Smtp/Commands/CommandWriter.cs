using System.Buffers;
using System.Globalization;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Writes the commands of a client. What they are made of is valid by construction, so no argument can end a line or begin another.</summary>
public static class CommandWriter
{
    public static void Ehlo(IBufferWriter<byte> output, HostName name) => Line(output, $"EHLO {Checked(name).Value}");

    public static void Helo(IBufferWriter<byte> output, HostName name) => Line(output, $"HELO {Checked(name).Value}");

    /// <summary>Writes the parameters the command carries; asking for what the server doesn't offer is the caller's mistake to avoid.</summary>
    public static void Mail(IBufferWriter<byte> output, MailCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var line = new StringBuilder(128).Append("MAIL FROM:<").Append(command.ReversePath).Append('>');
        if (command.Size is { } size)
            line.Append(CultureInfo.InvariantCulture, $" SIZE={size}");
        if (command.Body != BodyType.SevenBit)
            line.Append(command.Body == BodyType.EightBitMime ? " BODY=8BITMIME" : " BODY=BINARYMIME");
        if (command.SmtpUtf8)
            line.Append(" SMTPUTF8");
        if (command.Return is { } part)
            line.Append(part == DsnReturn.Full ? " RET=FULL" : " RET=HDRS");
        if (command.EnvelopeId is { } id)
            line.Append(" ENVID=").Append(Xtext.Encode(id, unicode: false));
        if (command.Submitter is { } submitter)
            line.Append(" AUTH=").Append(Xtext.Encode(submitter, unicode: false));
        Line(output, line.ToString());
    }

    /// <inheritdoc cref="Mail"/>
    public static void Rcpt(IBufferWriter<byte> output, RcptCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var line = new StringBuilder(96).Append("RCPT TO:<").Append(command.Recipient).Append('>');
        if (command.Notify is { } notify)
            line.Append(" NOTIFY=").Append(Words(notify));
        if (command.OriginalRecipient is { } original)
            line.Append(" ORCPT=").Append(original.Encode());
        Line(output, line.ToString());
    }

    public static void Data(IBufferWriter<byte> output) => Line(output, "DATA");

    /// <summary>Announces a chunk; its octets follow at once. RFC 3030 §2</summary>
    public static void Bdat(IBufferWriter<byte> output, long size, bool last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Line(output, string.Create(CultureInfo.InvariantCulture, $"BDAT {size}{(last ? " LAST" : "")}"));
    }

    public static void Rset(IBufferWriter<byte> output) => Line(output, "RSET");

    public static void Noop(IBufferWriter<byte> output) => Line(output, "NOOP");

    public static void Quit(IBufferWriter<byte> output) => Line(output, "QUIT");

    public static void StartTls(IBufferWriter<byte> output) => Line(output, "STARTTLS");

    private static HostName Checked(HostName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name;
    }

    private static string Words(DsnNotify notify) => notify == DsnNotify.Never ? "NEVER" : string.Join(',',
        new[] { (DsnNotify.Success, "SUCCESS"), (DsnNotify.Failure, "FAILURE"), (DsnNotify.Delay, "DELAY") }.Where(w => notify.HasFlag(w.Item1)).Select(w => w.Item2));

    private static void Line(IBufferWriter<byte> output, string line)
    {
        ArgumentNullException.ThrowIfNull(output);
        // Nothing that reaches this point can hold a line end; should a way ever be found, the connection breaks instead of the next command being the attacker's.
        if (line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new InvalidOperationException("A command would hold a line end.");
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }
}
