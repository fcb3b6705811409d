using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>A command with its arguments read. The family is closed: its members are in this file.</summary>
public abstract record SmtpCommand
{
    private protected SmtpCommand()
    {
    }
}

/// <param name="Name">What the client calls itself: printable ASCII without spaces, else hostile. It need not be a host name: RFC 5321 §4.1.4 forbids to refuse for that.</param>
public sealed record EhloCommand(string Name) : SmtpCommand;

/// <param name="Name">As in <see cref="EhloCommand"/>.</param>
public sealed record HeloCommand(string Name) : SmtpCommand;

/// <param name="ReversePath">Null is the null sender <c>&lt;&gt;</c> of bounces.</param>
public sealed record MailCommand(Mailbox? ReversePath) : SmtpCommand
{
    /// <summary>Octets the client means to send; null when it didn't say. RFC 1870 §5</summary>
    public long? Size { get; init; }

    public BodyType Body { get; init; }

    /// <summary>Addresses and headers of this message may hold UTF-8. RFC 6531 §3.4</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>How much of the message a bounce returns; null when not asked. RFC 3461 §4.3</summary>
    public DsnReturn? Return { get; init; }

    /// <summary>The sender's own mark, given back in bounces; decoded. RFC 3461 §4.4</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>Who submitted it first, as the client says: an address, or <c>&lt;&gt;</c>; decoded. RFC 4954 §5</summary>
    public string? Submitter { get; init; }
}

public sealed record RcptCommand(Mailbox Recipient) : SmtpCommand
{
    /// <summary>When to notify; null when not asked. RFC 3461 §4.1</summary>
    public DsnNotify? Notify { get; init; }

    /// <summary>RFC 3461 §4.2</summary>
    public OriginalRecipient? OriginalRecipient { get; init; }
}

public sealed record DataCommand : SmtpCommand;

/// <param name="Size">Octets that follow the command, 0 or more. RFC 3030 §2</param>
public sealed record BdatCommand(long Size, bool Last) : SmtpCommand;

public sealed record RsetCommand : SmtpCommand;

public sealed record NoopCommand : SmtpCommand;

public sealed record QuitCommand : SmtpCommand;

public sealed record VrfyCommand(string Argument) : SmtpCommand;

public sealed record HelpCommand : SmtpCommand;

public sealed record StartTlsCommand : SmtpCommand;

/// <param name="Mechanism">In upper case.</param>
/// <param name="InitialResponse">Base64 as it came, empty for <c>=</c>; null when none was given. Secret. RFC 4954 §4</param>
public sealed record AuthCommand(string Mechanism, string? InitialResponse) : SmtpCommand
{
    public override string ToString() => $"AUTH {Mechanism}{(InitialResponse is null ? "" : " (secret)")}";
}

/// <param name="Verb">First word, cut to 20 characters, as the client wrote it: hostile text.</param>
public sealed record UnknownCommand(string Verb) : SmtpCommand;
