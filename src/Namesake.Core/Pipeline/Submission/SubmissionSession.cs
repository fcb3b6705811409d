using System.Collections.Immutable;
using System.Net;
using System.Security.Authentication;
using Namesake.Core.Brands;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One client's connection: reads its lines, lets the protocol's session say what they mean, and decides what the protocol can't:
/// who may relay, whose mail it is, whether it is stored.</summary>
internal sealed class SubmissionSession : IDisposable
{
    private readonly IConnection _connection;
    private readonly ListenerModel _listener;
    private readonly SubmissionPorts _ports;
    private readonly RelayModel _model;
    private readonly IPAddress _client;
    private readonly LineReader _lines;
    private readonly ServerSession _session;
    private readonly CancellationToken _stop;
    private UserModel? _user;
    private string _ehlo = "unknown";
    private IncomingMessage? _message;

    public SubmissionSession(IConnection connection, ListenerModel listener, SubmissionPorts ports, CancellationToken stop)
    {
        (_connection, _listener, _ports, _stop) = (connection, listener, ports, stop);
        // One model for the whole session: a reload is seen by the next connection, never in the middle of a conversation.
        _model = ports.Model();
        _client = connection.Remote.Address.IsIPv4MappedToIPv6 ? connection.Remote.Address.MapToIPv4() : connection.Remote.Address;
        _lines = new LineReader(connection, ports.Limits, ports.Time, stop);
        _session = new ServerSession(new ServerSessionOptions
        {
            ServerName = ListenerName.Of(listener, _model),
            MaxMessageBytes = _model.MaximumMessageBytes,
            MaxRecipients = listener.MaximumRecipients,
            StartTlsAvailable = !_model.Certificates.IsEmpty && !listener.ImplicitTls,
            AuthAvailable = !_model.Users.IsEmpty,
            Chunking = true,
            Dsn = true,
        });
        if (listener.ImplicitTls)
            _session.TlsStarted();
    }

    public void Dispose() => _lines.Dispose();

    public async Task RunAsync()
    {
        if (_listener.ImplicitTls && !await StartTlsAsync())
            return;
        Write(_session.Greeting());
        while (true)
        {
            var taken = _lines.TryTakeLine();
            if (taken == Taken.Nothing)
            {
                if (!await FlushAsync())
                    return;
                taken = await _lines.TakeLineAsync();
            }

            ServerStep step;
            switch (taken)
            {
                case Taken.Line:
                    step = _session.Receive(_lines.Line);
                    break;
                case Taken.TooLong:
                    step = _session.LineTooLong();
                    break;
                case Taken.BareLineEnd:
                    // Two servers that disagree about line ends are how mail is smuggled. Nothing after this can be trusted.
                    step = new ServerStep.Close(SmtpReply.Of(500, "5.5.2", "Lines end with CRLF: a bare CR or LF was sent (RFC 5321 2.3.8)"));
                    break;
                case Taken.TimedOut:
                    step = new ServerStep.Close(SmtpReply.Of(421, "4.4.2", "Timed out waiting for a command"));
                    break;
                case Taken.Stopping:
                    step = new ServerStep.Close(SmtpReply.Of(421, "4.3.2", "This server is stopping, come again"));
                    break;
                default:
                    return;
            }

            if (!await CarryOutAsync(step))
            {
                await FlushAsync();
                return;
            }
        }
    }

    /// <returns>Whether the conversation goes on.</returns>
    private async ValueTask<bool> CarryOutAsync(ServerStep step)
    {
        switch (step)
        {
            case ServerStep.Reply reply:
                Write(reply.Text);
                return true;
            case ServerStep.Close close:
                Write(close.Text);
                return false;
            case ServerStep.Challenge challenge:
                Write(challenge.Text);
                return true;
            case ServerStep.CheckSender check:
                Write(_session.Answer(CheckSender(check.Command)));
                return true;
            case ServerStep.CheckRecipient check:
                Write(_session.Answer(CheckRecipient(check.Command)));
                return true;
            case ServerStep.Authenticate credentials:
                Write(_session.Answer(await AuthenticateAsync(credentials)));
                return true;
            case ServerStep.UpgradeToTls upgrade:
                _lines.DiscardBuffered();
                Write(upgrade.Text);
                if (!await FlushAsync() || !await StartTlsAsync())
                    return false;
                _session.TlsStarted();
                return true;
            case ServerStep.BeginContent begin:
                Write(begin.Text);
                return await FlushAsync() && await ReceiveAsync(new ContentIntake(_lines, _connection, _ports, _stop).DataAsync);
            case ServerStep.BeginChunk chunk:
                return await ReceiveChunkAsync(chunk);
            default:
                throw new InvalidOperationException($"A step of a new kind: {step.GetType().Name}");
        }
    }

    private SmtpReply CheckSender(MailCommand command)
    {
        _message = null;
        if (_user is null && !MayRelay())
            return _session.CanAuthenticate
                ? SmtpReply.Of(530, "5.7.0", "Authentication required")
                : SmtpReply.Of(550, "5.7.1", $"Relaying denied: {_client} is not among the clients of this listener");
        var choice = BrandSelection.AtMail(_model.Brands, Signals(command.ReversePath));
        if (choice is BrandRejected rejected)
            return Refuse(SmtpReply.Of(550, "5.7.1", rejected.Reason));
        _message = new IncomingMessage(command, choice);
        return SmtpReply.Of(250, "2.1.0", "Sender ok");
    }

    private SmtpReply CheckRecipient(RcptCommand command)
    {
        _message!.Recipients.Add(command);
        return SmtpReply.Of(250, "2.1.5", "Recipient ok");
    }

    private bool MayRelay() =>
        _listener.RelayFrom.Any(range => range.Contains(_client)) || _model.Clients.Any(client => client.Range.Contains(_client));

    private BrandSignals Signals(Protocol.Addresses.Mailbox? sender) => new(
        _listener.Brand,
        _user?.Brand,
        _model.Clients.Where(client => client.Range.Contains(_client)).Select(client => (BrandId?)client.Brand).FirstOrDefault(),
        _listener.NullSenderBrand,
        sender);

    private async Task<SmtpReply> AuthenticateAsync(ServerStep.Authenticate credentials)
    {
        var user = _model.Users.FirstOrDefault(user => string.Equals(user.Name, credentials.User, StringComparison.Ordinal));
        // A password hash takes its time on purpose; not on the thread that serves the others. An unknown user takes as long as a wrong password.
        var matches = await Task.Run(() => (user?.Password ?? PasswordHash.Unknown).Verify(credentials.Password), _stop) && user is not null;
        if (!matches)
        {
            SubmissionLog.AuthenticationFailed(_ports.Log, _client, credentials.User);
            return Refuse(SmtpReply.Of(535, "5.7.8", "Authentication credentials invalid"));
        }

        _user = user;
        return SmtpReply.Of(235, "2.7.0", "Authentication succeeded");
    }

    private async Task<bool> ReceiveAsync(Func<IncomingMessage, Task<IntakeResult>> intake)
    {
        await using var message = _message!.Begin(_model, _listener, _ports, ReceivedFrom());
        _message = null;
        var result = await intake(message);
        if (result.Reply is null)
            return false;
        var reply = result.Complete ? await message.StoreAsync(_stop) : result.Reply;
        if (!reply.IsPositive)
            Refuse(reply);
        Write(_session.ContentEnded(reply));
        return result.MayContinue;
    }

    private async ValueTask<bool> ReceiveChunkAsync(ServerStep.BeginChunk chunk)
    {
        var intake = new ContentIntake(_lines, _connection, _ports, _stop);
        if (_message is null || chunk.Discard)
        {
            // RFC 3030 §2: octets that belong to a refused BDAT are still on the wire and must be read.
            if (!await intake.SkipAsync(chunk.Size))
                return false;
            Write(_session.ChunkEnded(chunk.Refusal!));
            return true;
        }

        if (!_message.HasBegun)
            _message.Begin(_model, _listener, _ports, ReceivedFrom());
        var result = await intake.ChunkAsync(_message, chunk.Size, chunk.Last);
        if (result.Reply is null)
        {
            await _message.DisposeAsync();
            return false;
        }

        var reply = result.Reply;
        if (chunk.Last || !reply.IsPositive)
        {
            await using var message = _message;
            _message = null;
            if (result.Complete)
                reply = await message.StoreAsync(_stop);
        }

        Write(_session.ChunkEnded(reply));
        return result.MayContinue;
    }

    private ReceivedFrom ReceivedFrom() => new(_ehlo, _client, _connection.Tls is not null, _user is not null);

    private async Task<bool> StartTlsAsync()
    {
        using var patience = new CancellationTokenSource(_ports.Limits.CommandLine, _ports.Time);
        try
        {
            await _connection.StartTlsAsServerAsync(name => CertificateChoice.For(_model, name, ListenerName.Of(_listener, _model)), patience.Token);
            return true;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            SubmissionLog.TlsFailed(_ports.Log, _client, failure.Message);
            return false;
        }
    }

    private SmtpReply Refuse(SmtpReply reply)
    {
        _ports.Metrics.Refused(reply.Code);
        SubmissionLog.Refused(_ports.Log, _client, reply.ToString());
        return reply;
    }

    private void Write(SmtpReply reply) => reply.WriteTo(_connection.Output);

    private async ValueTask<bool> FlushAsync()
    {
        try
        {
            return !(await _connection.Output.FlushAsync(CancellationToken.None)).IsCompleted;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
