using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>One client's session, without sockets: lines in, steps out.</summary>
/// <remarks>
/// <para>The caller reads lines (ended by CRLF, at most <see cref="MaxLineOctets"/>), gives each to <see cref="Receive"/> and does what the step says. Steps that ask for a decision wait
/// for <see cref="Answer"/> or <see cref="ContentEnded"/>; until then no line may be received. Whatever call gave the last reply: when <see cref="State"/> is
/// <see cref="SessionState.Closed"/> afterwards, the reply is sent and the connection closed.</para>
/// <para><see cref="SessionTable"/> says which command may come when. This file holds what callers see; <c>ServerSession.Commands.cs</c> does what the table's cells say.</para>
/// </remarks>
public sealed partial class ServerSession
{
    /// <summary>Longest command line in octets with CRLF: 512 by RFC 5321 §4.5.3.1.4, more for the parameters of SIZE, SMTPUTF8, DSN and AUTH.</summary>
    private const int CommandLineOctets = 2048;

    /// <summary>Longest line of an authentication exchange. RFC 4954 §4</summary>
    private const int AuthLineOctets = 12288;

    private readonly ServerSessionOptions options;
    private Pending pending;
    private AuthExchange? exchange;
    private string? candidate;
    private bool recipientRefused;
    private long chunkOctets;
    private int errors, unknownCommands, idleCommands, failedLogins;

    public ServerSession(ServerSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        IsTls = options.ImplicitTls;
    }

    private enum Pending
    {
        None,
        Sender,
        Recipient,
        Login,
        Handshake,
        Content,
        Chunk,
        LastChunk,
    }

    public SessionState State { get; private set; } = SessionState.Connected;

    public bool IsTls { get; private set; }

    /// <summary>What the client called itself in its last EHLO or HELO; null before, and after STARTTLS. Hostile text.</summary>
    public string? ClientName { get; private set; }

    /// <summary>The client said EHLO, not HELO.</summary>
    public bool IsExtended { get; private set; }

    /// <summary>Who logged in; null for nobody.</summary>
    public string? User { get; private set; }

    /// <summary>The open transaction's MAIL, once it was accepted; null outside.</summary>
    public MailCommand? Mail { get; private set; }

    /// <summary>Recipients accepted in the open transaction.</summary>
    public int Recipients { get; private set; }

    /// <summary>Longest line the session may be given next, in octets with CRLF; for a longer one call <see cref="LineTooLong"/>.</summary>
    public int MaxLineOctets => State == SessionState.Authenticating ? AuthLineOctets : CommandLineOctets;

    /// <summary>What the Received line calls the way this transaction came.</summary>
    public TransmissionType Transmission => new(IsExtended, Mail?.SmtpUtf8 ?? false, IsTls, User is not null);

    /// <summary>The first reply, to be sent before anything is read. RFC 5321 §4.3.1</summary>
    public SmtpReply Greeting() => SmtpReply.Plain(220, $"{options.ServerName} ESMTP");

    /// <summary>Takes one line without its CRLF.</summary>
    /// <exception cref="InvalidOperationException">The session is closed or waits for a decision: a mistake of the caller.</exception>
    public ServerStep Receive(ReadOnlySpan<byte> line)
    {
        EnsureReading();
        return State == SessionState.Authenticating ? Continue(exchange!.Receive(line)) : Do(CommandParser.Verb(line), line);
    }

    /// <summary>Instead of <see cref="Receive"/> for a line that didn't fit and was skipped up to its CRLF.</summary>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public ServerStep LineTooLong()
    {
        EnsureReading();
        if (State != SessionState.Authenticating)
            return Complain(SessionReplies.LineTooLong);
        EndExchange();
        return Complain(SessionReplies.AuthLineTooLong);
    }

    /// <summary>Decides what the last step asked; 2xx moves the session on. A 421 closes it.</summary>
    /// <returns>The reply to send: the one given, unless logins failed too often.</returns>
    /// <exception cref="InvalidOperationException">Nothing was asked: a mistake of the caller.</exception>
    public SmtpReply Answer(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var question = pending;
        pending = Pending.None;
        switch (question)
        {
            case Pending.Sender:
                DecideSender(reply);
                break;
            case Pending.Recipient:
                DecideRecipient(reply);
                break;
            case Pending.Login:
                reply = DecideLogin(reply);
                break;
            case Pending.Content or Pending.LastChunk:
                EndMessage(reply);
                break;
            case Pending.Chunk:
                if (!reply.IsPositive)
                    EndTransaction();
                break;
            default:
                pending = question;
                throw new InvalidOperationException("The session asked for no decision.");
        }
        if (reply.Code == 421)
            State = SessionState.Closed;
        return reply;
    }

    /// <summary>Says what became of content or of a chunk. After the last of it, and after every refusal, the transaction is over.</summary>
    /// <returns>The reply to send.</returns>
    /// <exception cref="InvalidOperationException">No content was being read: a mistake of the caller.</exception>
    public SmtpReply ContentEnded(SmtpReply reply) => pending is Pending.Content or Pending.Chunk or Pending.LastChunk
        ? Answer(reply) : throw new InvalidOperationException("No content was being read.");

    /// <summary>The handshake after <see cref="ServerStep.UpgradeToTls"/> is done. Everything the client said before is forgotten: RFC 3207 §4.2.</summary>
    /// <remarks>What was received in the clear behind STARTTLS must have been dropped: it could be an attacker's, to be executed under the client's name.</remarks>
    /// <exception cref="InvalidOperationException">No handshake was due: a mistake of the caller.</exception>
    public void TlsStarted()
    {
        if (pending != Pending.Handshake)
            throw new InvalidOperationException("No TLS handshake was due.");
        pending = Pending.None;
        IsTls = true;
        ClientName = null;
        IsExtended = false;
        User = null;
        State = SessionState.Connected;
    }

    /// <summary>The client took too long; also inside content. RFC 5321 §4.5.3.2.7, 421 by §3.8</summary>
    public ServerStep.Close TimedOut() => Abort(SessionReplies.TimedOut);

    /// <summary>We stop.</summary>
    public ServerStep.Close ShuttingDown() => Abort(SessionReplies.ShuttingDown);

    /// <summary>Ends the session for a reason of the caller's, whatever it was doing.</summary>
    public ServerStep.Close Abort(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        pending = Pending.None;
        EndTransaction();
        State = SessionState.Closed;
        return new ServerStep.Close(reply);
    }

    private void EnsureReading()
    {
        if (State == SessionState.Closed)
            throw new InvalidOperationException("The session is closed.");
        if (pending != Pending.None)
            throw new InvalidOperationException($"The session waits for a decision ({pending}).");
    }
}
