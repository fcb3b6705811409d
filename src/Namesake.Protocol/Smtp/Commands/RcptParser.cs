using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Reads the arguments of RCPT. RFC 5321 §4.1.1.3 with NOTIFY and ORCPT.</summary>
internal static class RcptParser
{
    private static readonly SmtpReply Usage = SmtpReply.Of(501, "5.5.4", "Syntax: RCPT TO:<address> [parameters]");

    public static SmtpReply? Parse(ReadOnlySpan<byte> arguments, DomainName? postmasterDomain, out RcptCommand? command)
    {
        command = null;
        if (!PathReader.TrySplit(arguments, "TO:"u8, out var path, out var parameters))
            return Usage;
        if (!TryReadRecipient(path, postmasterDomain, out var recipient, out var error))
            return SmtpReply.Of(501, "5.1.3", $"Bad recipient address: {error}");

        var rcpt = new RcptCommand(recipient!);
        var reader = new ParameterReader(parameters);
        while (reader.MoveNext())
            if (Apply(ref reader, ref rcpt) is { } refusal)
                return refusal;
        command = rcpt;
        return null;
    }

    // The only recipient without a domain: the postmaster of the host itself. RFC 5321 §4.1.1.3
    private static bool TryReadRecipient(ReadOnlySpan<byte> path, DomainName? postmasterDomain, out Mailbox? recipient, out string? error) =>
        postmasterDomain is not null && Ascii.EqualsIgnoreCase(path, "postmaster"u8)
            ? Mailbox.TryCreate("postmaster", postmasterDomain, out recipient, out error)
            : PathReader.TryReadMailbox(path, out recipient, out error);

    private static SmtpReply? Apply(ref ParameterReader reader, ref RcptCommand rcpt)
    {
        switch (reader.Keyword)
        {
            case "NOTIFY":
                if (!reader.IsFirst(0))
                    return reader.Twice();
                if (!TryReadNotify(reader.Value, out var notify))
                    return reader.Invalid();
                rcpt = rcpt with { Notify = notify };
                return null;
            case "ORCPT":
                if (!reader.IsFirst(1))
                    return reader.Twice();
                if (!OriginalRecipient.TryParse(reader.Value, out var original))
                    return reader.Invalid();
                rcpt = rcpt with { OriginalRecipient = original };
                return null;
            default:
                return reader.Unsupported();
        }
    }

    private static bool TryReadNotify(ReadOnlySpan<byte> value, out DsnNotify notify)
    {
        notify = DsnNotify.Never;
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8))
            return true;
        foreach (var range in value.Split((byte)','))
        {
            var word = value[range];
            var flag = Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? DsnNotify.Success
                : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? DsnNotify.Failure
                : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? DsnNotify.Delay : DsnNotify.Never;
            if (flag == DsnNotify.Never)
                return false;
            notify |= flag;
        }
        return true;
    }
}
