using System.Buffers;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Fuzz.Targets;

internal static class CommandTargets
{
    private static readonly DomainName Home = Protocol.Addresses.DomainName.Parse("mail.acme.example");

    /// <summary>What a hostile client says on one line; what could be read must survive being written.</summary>
    public static void Command(ReadOnlySpan<byte> input)
    {
        var verb = CommandParser.Verb(input);
        if (!CommandParser.TryParse(input, Home, out var command, out var refusal))
        {
            Promise.That(refusal.Code is 500 or 501 or 553 or 555 && refusal.Enhanced is not null);
            return;
        }
        Promise.That((verb is SmtpVerb.Unknown or SmtpVerb.Unimplemented or SmtpVerb.Foreign) == command is UnknownCommand);
        var output = new ArrayBufferWriter<byte>();
        switch (command)
        {
            case MailCommand mail:
                CommandWriter.Mail(output, mail);
                break;
            case RcptCommand rcpt:
                CommandWriter.Rcpt(output, rcpt);
                break;
            case BdatCommand bdat:
                CommandWriter.Bdat(output, bdat.Size, bdat.Last);
                break;
            case EhloCommand { Name: var name }:
                Promise.That(name.Length <= 255 && name.All(c => c is > ' ' and <= '~'));
                return;
            case AuthCommand auth:
                Promise.That(auth.InitialResponse is null || auth.InitialResponse.Length < input.Length);
                return;
            default:
                return;
        }
        Promise.That(output.WrittenSpan.IndexOfAny("\r\n\0"u8) == output.WrittenCount - 2);
        Promise.That(CommandParser.TryParse(output.WrittenSpan[..^2], Home, out var again, out _) && again == command);
    }
}
