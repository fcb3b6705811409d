using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One client's connection: reads its lines, lets the protocol's session say what they mean, and decides what the protocol can't:
/// who may relay, whose mail it is, whether it is stored.</summary>
internal sealed class SubmissionSession : IAsyncDisposable
{
    // The answers a good client hears, made once.
    private static readonly SmtpReply SenderOk = SmtpReply.Of(250, "2.1.0", "Sender ok");
    private static readonly SmtpReply RecipientOk = SmtpReply.Of(250, "2.1.5", "Recipient ok");

    private readonly IConnection _connection;
    private ListenerModel _listener;
    private readonly SubmissionPorts _ports;
    private RelayModel _model;
    private readonly IPAddress _client;
    private readonly LineReader _lines;
    private readonly ServerSession _session;
    private readonly CancellationToken _stop;
    private UserModel? _user;
    private IncomingMessage? _message;

    public SubmissionSession(IConnection connection, ListenerModel listener, SubmissionPorts ports, CancellationToken stop)
    {
        (_connection, _listener, _ports, _stop) = (connection, listener, ports, stop);
        // One model for each message: a reload is seen by the next one, never in the middle.
        _model = ports.Model();
        _client = connection.Remote.Address.IsIPv4MappedToIPv6 ? connection.Remote.Address.MapToIPv4() : connection.Remote.Address;
        _lines = new LineReader(connection, ports.Limits, ports.Time, stop);
        _session = new ServerSession(new ServerSessionOptions
        {
            ServerName = ListenerName.Of(listener, _model),
            MaxMessageBytes = _model.MaximumMessageBytes,
            MaxRecipients = listener.MaximumRecipients,
            StartTlsAvailable = !_model.Certificates.IsEmpty && !listener.ImplicitTls,
            ImplicitTls = listener.ImplicitTls,
            AuthAvailable = !_model.Users.IsEmpty,
            Chunking = true,
            Dsn = true,
        });
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        await DropMessageAsync();
    }

    public async Task RunAsync()
    {
        if (_listener.ImplicitTls && !await StartTlsAsync())
            return;
        Write(_session.Greeting());
        while (true)
        {
            var taken = _lines.TryTakeLine(_session.MaxLineOctets);
            if (taken == Taken.Nothing)
            {
                if (!await FlushAsync())
                    return;
                taken = await _lines.TakeLineAsync(_session.MaxLineOctets, inMessage: _message is { HasBegun: true });
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
                    step = _session.Abort(SmtpReply.Of(500, "5.5.2", "Lines end with CRLF: a bare CR or LF was sent (RFC 5321 2.3.8)"));
                    break;
                case Taken.TimedOut:
                    step = _session.TimedOut();
                    break;
                case Taken.Stopping:
                    step = _session.ShuttingDown();
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CarryOutAsync(ServerStep step)
    {
        switch (step)
        {
            case ServerStep.Reply reply:
                if (_session.State is SessionState.Connected or SessionState.Greeted)
                    await DropMessageAsync(); // RSET and EHLO give back what the message had taken of its limits
                Write(reply.Answer);
                return true;
            case ServerStep.Close close:
                Write(close.Answer);
                return false;
            case ServerStep.Challenge challenge:
                Write(challenge.Answer);
                return true;
            case ServerStep.CheckSender check:
                await DropMessageAsync();
                Write(_session.Answer(CheckSender(check.Command)));
                return _session.State != SessionState.Closed;
            case ServerStep.CheckRecipient check:
                Write(_session.Answer(await SuppressionOfAsync(check.Command) ?? CheckRecipient(check.Command)));
                return true;
            case ServerStep.Authenticate credentials:
                Write(_session.Answer(await AuthenticateAsync(credentials)));
                return _session.State != SessionState.Closed;
            case ServerStep.UpgradeToTls upgrade:
                _lines.DiscardBuffered();
                Write(upgrade.Answer);
                if (!await FlushAsync() || !await StartTlsAsync())
                    return false;
                _session.TlsStarted();
                return true;
            case ServerStep.BeginContent begin:
                Write(begin.Answer);
                return await FlushAsync() && await ReceiveAsync();
            case ServerStep.BeginChunk chunk:
                return await ReceiveChunkAsync(chunk);
            case ServerStep.DropChunk chunk:
                // RFC 3030 §2: octets of a refused BDAT are still on the wire and must be read.
                if (!await Intake().SkipAsync(chunk.Size))
                    return false;
                Write(chunk.Answer);
                return true;
            default:
                throw new InvalidOperationException($"A step of a new kind: {step.GetType().Name}");
        }
    }

    private SmtpReply CheckSender(MailCommand command)
    {
        // Sent in one breath with the message before: without a wait nobody has told the client yet.
        if (_stop.IsCancellationRequested)
            return SmtpReply.Of(421, "4.3.2", "This server is stopping, come again");
        if (!TakeOverModel())
            return Refuse(SmtpReply.Of(421, "4.7.0", "This login was changed; connect and log in again"));
        if (_user is null && !MayRelay())
            return !_model.Users.IsEmpty
                ? SmtpReply.Of(530, "5.7.0", "Authentication required")
                : SmtpReply.Of(550, "5.7.1", $"Relaying denied: {_client} is not among the clients of this listener");
        var choice = BrandSelection.AtMail(_model.Brands, Signals(command.ReversePath), _ports.Time.GetUtcNow());
        if (choice is BrandRejected rejected)
            return Refuse(SmtpReply.Of(550, "5.7.1", rejected.Reason));
        if (_ports.Submitters.RefusalOf(SubmitterName.Of(_user?.Name, _client, (choice as BrandChosen)?.Brand, command.ReversePath)) is { } frozen)
            return Refuse(frozen);
        // Said before the content is sent in vain; behind it the answer would be the same.
        if ((_ports.Headroom.Shortage() ?? _ports.Spool.Shortage(command.Size ?? 0)) is { } shortage)
        {
            _ports.Shortages.Tell(shortage);
            return Refuse(SmtpReply.Of(452, "4.3.1", "Insufficient system resources, try again later"));
        }

        var handover = new Handover(_model, _listener, _user, _client, command.ReversePath);
        var (permit, refusal) = _ports.Quotas.Ask(handover, (choice as BrandChosen)?.Brand, command.Size);
        _message = refusal is null ? new IncomingMessage(command, choice, handover, permit) : null;
        return refusal is null ? SenderOk : Refuse(refusal);
    }

    /// <summary>Between two messages a reload counts, or a session that stands would go on with what was taken from it.</summary>
    /// <returns>False when the login isn't what it was: another password, or none at all.</returns>
    private bool TakeOverModel()
    {
        var model = _ports.Model();
        if (ReferenceEquals(model, _model))
            return true;
        _model = model;
        _listener = model.Listeners.FirstOrDefault(listener => listener.Address.Equals(_listener.Address)) ?? _listener;
        if (_user is not { } known)
            return true;
        _user = model.Users.FirstOrDefault(user => user.Name == known.Name && user.PasswordHash.ToString() == known.PasswordHash.ToString());
        return _user is not null;
    }

    /// <summary>Said at once, so that the client tells the sender, in its own words and in ours: since when, why, and how it ends.</summary>
    private ValueTask<SmtpReply?> SuppressionOfAsync(RcptCommand command)
    {
        if (_message!.ListOf is not { } brand)
            return ValueTask.FromResult<SmtpReply?>(null);
        // Not given up for a relay that stops: it is one look, and the client waits for the answer.
        var asked = _ports.Suppressions.FindAsync(brand, command.Recipient, CancellationToken.None);
        return asked is { IsCompletedSuccessfully: true, Result: null } ? ValueTask.FromResult<SmtpReply?>(null) : AnswerAsync(brand, asked);
    }

    private async ValueTask<SmtpReply?> AnswerAsync(BrandId brand, ValueTask<SuppressionEntry?> asked)
    {
        if (await asked is not { } entry)
            return null;
        _ports.Suppressions.TurnedAway(brand);
        return Refuse(entry.Answer());
    }

    private SmtpReply CheckRecipient(RcptCommand command)
    {
        // A bounce on its way back to mail we forwarded, from the server that is MX of the brand's return-path domain.
        if (_model.Brands.TryReverse(command.Recipient, _ports.Time.GetUtcNow(), out var author, out var error))
        {
            if (author is null)
                return Refuse(SmtpReply.Of(550, "5.1.1", $"Nobody is behind this return path: {error}"));
            command = command with { Recipient = author };
        }

        if (_message!.Permit.AddRecipient() is { } refusal)
            return Refuse(refusal);
        _message.Recipients.Add(command);
        return RecipientOk;
    }

    private bool MayRelay()
    {
        foreach (var range in _listener.RelayFrom)
            if (range.Contains(_client))
                return true;
        return ClientBrand() is not null;
    }

    private BrandId? ClientBrand()
    {
        foreach (var client in _model.Clients)
            if (client.Range.Contains(_client))
                return client.Brand;
        return null;
    }

    private BrandSignals Signals(Mailbox? sender) => new(
        _listener.Brand,
        _user?.Brand,
        ClientBrand(),
        _listener.NullSenderBrand,
        sender);

    private async Task<SmtpReply> AuthenticateAsync(ServerStep.Authenticate credentials)
    {
        var user = _model.Users.FirstOrDefault(user => string.Equals(user.Name, credentials.User, StringComparison.Ordinal));
        var answer = await _ports.Logins.CheckAsync(_client, user, credentials.Password, _stop);
        if (answer.Result == LoginResult.Wrong)
            SubmissionLog.AuthenticationFailed(_ports.Log, _client, credentials.User);
        if (answer.Refusal is { } refusal)
            return Refuse(refusal);
        _user = user;
        return SmtpReply.Of(235, "2.7.0", "Authentication succeeded");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync()
    {
        await using var message = TakeMessage();
        return await EndAsync(message, await Intake().DataAsync(message));
    }

    private async ValueTask<bool> ReceiveChunkAsync(ServerStep.BeginChunk chunk)
    {
        var message = _message!;
        if (!message.HasBegun)
            message.Begin(_ports, ReceivedFrom());
        var result = await Intake().ChunkAsync(message, chunk.Size, chunk.Last);
        if (result is { Complete: false, MayContinue: true, Reply.IsPositive: true })
        {
            Write(_session.ContentEnded(result.Reply));
            return true;
        }

        _message = null;
        await using (message)
            return await EndAsync(message, result);
    }

    /// <summary>The content is here or will never be: what the client hears, and whether it may go on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> EndAsync(IncomingMessage message, IntakeResult result)
    {
        if (result.Reply is null)
            return false;
        var reply = result.Complete ? await message.StoreAsync() : result.Reply;
        if (!reply.IsPositive)
            Refuse(reply);
        Write(_session.ContentEnded(reply));
        return result.MayContinue;
    }

    /// <summary>A transaction that was reset leaves nothing behind, also when chunks of it had come.</summary>
    private async ValueTask DropMessageAsync()
    {
        if (_message is { } message)
            await message.DisposeAsync();
        _message = null;
    }

    private IncomingMessage TakeMessage()
    {
        var message = _message!.Begin(_ports, ReceivedFrom());
        _message = null;
        return message;
    }

    private ContentIntake Intake() => new(_lines, _connection, _ports);

    private ReceivedFrom ReceivedFrom() => new(_session.ClientName ?? "unknown", _client, _session.Transmission);

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
            var flush = _connection.Output.FlushAsync(CancellationToken.None);
            // A client that sends commands and never reads answers would hold its place for ever. A stop takes no answer away: who doesn't read it is hung up on.
            var flushed = flush.IsCompleted ? await flush : await flush.AsTask().WaitAsync(_ports.Limits.Idle, _ports.Time, CancellationToken.None);
            return !flushed.IsCompleted;
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
        {
            _connection.Abort();
            return false;
        }
    }
}
