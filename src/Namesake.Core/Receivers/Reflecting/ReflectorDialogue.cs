using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>One client's session with a reflector, without sockets: lines in, steps out.</summary>
/// <remarks>It knows few commands, offers little, and can't be talked into taking mail: there is no step for it. RFC 5321 §4.1.4 lets EHLO come at any time, so
/// there is hardly any order to keep; MAIL wants to know of whom it speaks and comes after EHLO. What follows BDAT would be read as commands, so it ends the session.</remarks>
public sealed class ReflectorDialogue(HostName name, bool offersTls)
{
    /// <summary>Longest command line in octets with CRLF. RFC 5321 §4.5.3.1.4 asks for 512; nothing a reflector knows is longer.</summary>
    public const int MaxLineOctets = 512;

    /// <summary>Commands in one session. A probe says two, a curious person ten.</summary>
    public const int MostCommands = 30;

    /// <summary>Commands that were wrong before the session ends.</summary>
    public const int MostErrors = 5;

    private int _commands, _errors;
    private bool _isExtended, _isLooking, _isUpgrading;
    private ReflectedIdentity? _identity;

    public bool IsClosed { get; private set; }

    public bool IsTls { get; private set; }

    /// <summary>The first reply, before anything is read.</summary>
    public SmtpReply Greeting() => SmtpReply.Plain(220, ReflectorForm.Greeting(name));

    /// <param name="line">Without its CRLF.</param>
    /// <exception cref="InvalidOperationException">The session is closed or waits for an answer: a mistake of the caller.</exception>
    public ReflectorStep Receive(ReadOnlySpan<byte> line)
    {
        EnsureReading();
        if (++_commands > MostCommands)
            return End(ReflectorReplies.TooMany);
        var verb = CommandParser.Verb(line);
        return verb switch
        {
            SmtpVerb.Ehlo or SmtpVerb.Helo => Greet(line),
            SmtpVerb.Mail => _identity is { } identity ? new ReflectorStep.Reply(ReflectorReplies.NoMail(identity)) : Complain(ReflectorReplies.EhloFirst),
            SmtpVerb.Rcpt or SmtpVerb.Data => Complain(ReflectorReplies.NothingHere),
            SmtpVerb.Bdat => End(ReflectorReplies.NothingHere),
            SmtpVerb.StartTls => Upgrade(line),
            SmtpVerb.Noop or SmtpVerb.Rset => new ReflectorStep.Reply(ReflectorReplies.Done),
            SmtpVerb.Help => new ReflectorStep.Reply(ReflectorReplies.Help),
            SmtpVerb.Quit => End(ReflectorReplies.Bye),
            SmtpVerb.Foreign => End(ReflectorReplies.NotMail),
            SmtpVerb.Vrfy or SmtpVerb.Auth or SmtpVerb.Unimplemented => Complain(ReflectorReplies.NotImplemented),
            _ => Complain(ReflectorReplies.Unknown),
        };
    }

    /// <summary>Instead of <see cref="Receive"/> for a line that didn't fit and was skipped up to its CRLF.</summary>
    public ReflectorStep LineTooLong()
    {
        EnsureReading();
        return ++_commands > MostCommands ? End(ReflectorReplies.TooMany) : Complain(ReflectorReplies.LineTooLong);
    }

    /// <summary>The reply to the EHLO or HELO that was to be looked at.</summary>
    public SmtpReply Answer(ReflectedIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (!_isLooking)
            throw new InvalidOperationException("Nothing was to be looked at.");
        (_isLooking, _identity) = (false, identity);
        return _isExtended ? ReflectorForm.Ehlo(name, identity, offersTls && !IsTls) : ReflectorForm.Helo(name, identity);
    }

    /// <summary>The handshake is done; the client says EHLO again. RFC 3207 §4.2</summary>
    public void TlsStarted()
    {
        if (!_isUpgrading)
            throw new InvalidOperationException("No TLS handshake was due.");
        (_isUpgrading, IsTls, _identity) = (false, true, null);
    }

    public ReflectorStep.Close BareLineEnd() => End(ReflectorReplies.BareLineEnd);

    public ReflectorStep.Close TimedOut() => End(ReflectorReplies.TimedOut);

    public ReflectorStep.Close ShuttingDown() => End(ReflectorReplies.ShuttingDown);

    private ReflectorStep Greet(ReadOnlySpan<byte> line)
    {
        if (!CommandParser.TryParse(line, null, out var command, out var refusal))
            return Complain(refusal);
        (_isExtended, var heard) = command is EhloCommand ehlo ? (true, ehlo.Name) : (false, ((HeloCommand)command).Name);
        _isLooking = true;
        return new ReflectorStep.Look(heard);
    }

    private ReflectorStep Upgrade(ReadOnlySpan<byte> line)
    {
        if (!offersTls || IsTls)
            return Complain(ReflectorReplies.NotImplemented);
        if (_identity is null || !_isExtended)
            return Complain(ReflectorReplies.EhloFirst);
        if (!CommandParser.TryParse(line, null, out _, out var refusal))
            return Complain(refusal);
        _isUpgrading = true;
        return new ReflectorStep.UpgradeToTls(ReflectorReplies.StartTls);
    }

    private ReflectorStep Complain(SmtpReply reply) => ++_errors > MostErrors ? End(ReflectorReplies.TooMany) : new ReflectorStep.Reply(reply);

    private ReflectorStep.Close End(SmtpReply reply)
    {
        (IsClosed, _isLooking, _isUpgrading) = (true, false, false);
        return new ReflectorStep.Close(reply);
    }

    private void EnsureReading()
    {
        if (IsClosed)
            throw new InvalidOperationException("The session is closed.");
        if (_isLooking || _isUpgrading)
            throw new InvalidOperationException("The session waits for an answer.");
    }
}
