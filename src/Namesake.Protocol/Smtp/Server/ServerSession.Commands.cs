using System.Text;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Server;

public sealed partial class ServerSession
{
    private ServerStep Do(SmtpVerb verb, ReadOnlySpan<byte> line)
    {
        var action = SessionTable.Find(State, verb);
        switch (action)
        {
            case SessionAction.EhloFirst:
                return Complain(SessionReplies.EhloFirst);
            case SessionAction.MailFirst:
                return Complain(SessionReplies.MailFirst);
            case SessionAction.RcptFirst:
                // A client that pipelines says DATA before it knows that all recipients were refused: no mistake of its. RFC 2920 §3.1
                return recipientRefused ? new ServerStep.Reply(SessionReplies.NoRecipients) : Complain(SessionReplies.RcptFirst);
            case SessionAction.NotNow:
                return Complain(SessionReplies.NotNow);
            case SessionAction.NotImplemented:
                return Complain(SessionReplies.NotImplemented);
            case SessionAction.HangUp:
                return Abort(SessionReplies.NotMail);
        }
        if (!CommandParser.TryParse(line, options.ServerName, out var command, out var refusal))
            // Without its size nobody knows where the octets behind BDAT end and commands begin again.
            return verb == SmtpVerb.Bdat ? Abort(refusal) : Complain(refusal);
        return action switch
        {
            SessionAction.Greet => Greet(command),
            SessionAction.AskSender => AskSender((MailCommand)command),
            SessionAction.AskRecipient => AskRecipient((RcptCommand)command, line),
            SessionAction.TakeContent => TakeContent(),
            SessionAction.TakeChunk => TakeChunk((BdatCommand)command),
            SessionAction.DropChunk => DropChunk(((BdatCommand)command).Size, options.Chunking ? SessionReplies.NoTransaction : SessionReplies.NotImplemented),
            SessionAction.Reset => Reset(),
            SessionAction.Nothing => Idle(SessionReplies.Done),
            SessionAction.Verify => Idle(SessionReplies.Unverified),
            SessionAction.Help => Idle(SessionReplies.Help),
            SessionAction.Quit => Abort(SessionReplies.Bye),
            SessionAction.UpgradeToTls => UpgradeToTls(),
            SessionAction.Authenticate => Authenticate((AuthCommand)command),
            _ => ++unknownCommands > options.MaxUnknownCommands ? Abort(SessionReplies.TooManyErrors) : Complain(SessionReplies.Unknown),
        };
    }

    private ServerStep Greet(SmtpCommand command)
    {
        EndTransaction(); // RFC 5321 §4.1.4
        IsExtended = command is EhloCommand;
        ClientName = command is EhloCommand ehlo ? ehlo.Name : ((HeloCommand)command).Name;
        State = SessionState.Greeted;
        return Idle(IsExtended ? SessionReplies.Ehlo(options, IsTls) : SessionReplies.Helo(options));
    }

    private ServerStep AskSender(MailCommand command)
    {
        if (command.Body == BodyType.BinaryMime)
            return Complain(SessionReplies.NoBinary);
        if (!options.Dsn && (command.Return is not null || command.EnvelopeId is not null))
            return Complain(SessionReplies.NoDsn);
        if (!options.AuthAvailable && command.Submitter is not null)
            return Complain(SessionReplies.NoAuthParameter);
        if (command.Size > options.MaxMessageBytes) // RFC 1870 §6.1
            return new ServerStep.Reply(SessionReplies.TooLarge);
        Mail = command;
        pending = Pending.Sender;
        return new ServerStep.CheckSender(command);
    }

    private void DecideSender(SmtpReply reply)
    {
        if (reply.IsPositive)
            State = SessionState.MailGiven;
        else
            Mail = null;
    }

    private ServerStep AskRecipient(RcptCommand command, ReadOnlySpan<byte> line)
    {
        if (!Mail!.SmtpUtf8 && !Ascii.IsValid(line))
            return new ServerStep.Reply(CommandParser.NeedsSmtpUtf8);
        if (!options.Dsn && (command.Notify is not null || command.OriginalRecipient is not null))
            return Complain(SessionReplies.NoDsn);
        if (Recipients >= options.MaxRecipients) // RFC 5321 §4.5.3.1.10
            return new ServerStep.Reply(SessionReplies.TooManyRecipients);
        pending = Pending.Recipient;
        return new ServerStep.CheckRecipient(command);
    }

    private void DecideRecipient(SmtpReply reply)
    {
        recipientRefused |= !reply.IsPositive;
        if (!reply.IsPositive)
            return;
        Recipients++;
        State = SessionState.RcptGiven;
    }

    private ServerStep.BeginContent TakeContent()
    {
        State = SessionState.Content;
        pending = Pending.Content;
        return new ServerStep.BeginContent(SessionReplies.SendContent);
    }

    private ServerStep TakeChunk(BdatCommand command)
    {
        if (!options.Chunking)
            return DropChunk(command.Size, SessionReplies.NotImplemented);
        if (command.Size > options.MaxMessageBytes - chunkOctets)
        {
            EndTransaction();
            return DropChunk(command.Size, SessionReplies.TooLarge);
        }
        chunkOctets += command.Size;
        State = SessionState.Chunks;
        pending = command.Last ? Pending.LastChunk : Pending.Chunk;
        return new ServerStep.BeginChunk(command.Size, command.Last);
    }

    // The octets follow whatever we answer, so they are read; but nobody makes us read without end. A client that pipelines learns of a refusal only behind
    // its chunks: they are no errors of its.
    private ServerStep DropChunk(long size, SmtpReply reply) =>
        size / 2 > options.MaxMessageBytes || (!options.Chunking && ++errors > options.MaxErrors)
            ? Abort(reply) : new ServerStep.DropChunk(size, reply);

    private ServerStep Reset()
    {
        EndTransaction();
        return Idle(SessionReplies.Done);
    }

    private ServerStep UpgradeToTls()
    {
        if (IsTls)
            return Complain(SessionReplies.TlsActive);
        if (!options.StartTlsAvailable)
            return Complain(SessionReplies.NotImplemented);
        if (!IsExtended)
            return Complain(SessionReplies.EhloFirst);
        pending = Pending.Handshake;
        return new ServerStep.UpgradeToTls(SessionReplies.StartTls);
    }

    private ServerStep Authenticate(AuthCommand command)
    {
        if (!options.AuthAvailable)
            return Complain(SessionReplies.NotImplemented);
        if (!IsTls && options.AuthRequiresTls)
            return Complain(SessionReplies.AuthNeedsTls);
        if (!IsExtended)
            return Complain(SessionReplies.EhloFirst);
        if (User is not null) // RFC 4954 §4
            return Complain(SessionReplies.AuthTwice);
        exchange = AuthExchange.For(command.Mechanism);
        if (exchange is null)
            return Complain(SessionReplies.MechanismUnknown);
        State = SessionState.Authenticating;
        return Continue(exchange.Begin(command));
    }

    private ServerStep Continue(ServerStep step)
    {
        switch (step)
        {
            case ServerStep.Reply refusal:
                EndExchange();
                return Complain(refusal.Answer);
            case ServerStep.Authenticate login:
                EndExchange();
                candidate = login.User;
                pending = Pending.Login;
                return login;
            default:
                return step;
        }
    }

    private SmtpReply DecideLogin(SmtpReply reply)
    {
        if (reply.IsPositive)
            User = candidate;
        candidate = null;
        return reply.IsPositive || ++failedLogins < options.MaxFailedLogins ? reply : SessionReplies.TooManyLogins;
    }

    private void EndExchange()
    {
        exchange = null;
        State = SessionState.Greeted;
    }

    private void EndMessage(SmtpReply reply)
    {
        EndTransaction();
        if (reply.IsPositive)
            errors = unknownCommands = idleCommands = 0;
    }

    private void EndTransaction()
    {
        Mail = null;
        Recipients = 0;
        recipientRefused = false;
        chunkOctets = 0;
        if (State is not SessionState.Connected)
            State = SessionState.Greeted;
    }

    private ServerStep Complain(SmtpReply reply) =>
        ++errors > options.MaxErrors ? Abort(SessionReplies.TooManyErrors) : new ServerStep.Reply(reply);

    private ServerStep Idle(SmtpReply reply) =>
        ++idleCommands > options.MaxIdleCommands ? Abort(SessionReplies.TooIdle) : new ServerStep.Reply(reply);
}
