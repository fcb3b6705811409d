using System.Net;
using System.Security.Authentication;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers.Reflecting;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Reflecting;

/// <summary>One client's connection: reads its lines and says what <see cref="ReflectorDialogue"/> makes of them, until the session's time is over.</summary>
internal sealed class ReflectorSession : IDisposable
{
    private readonly IConnection _connection;
    private readonly IdentityLooks _looks;
    private readonly CertificateModel? _certificate;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _end;
    private readonly LineReader _lines;
    private readonly ReflectorDialogue _dialogue;
    private readonly IPAddress _client;

    public ReflectorSession(IConnection connection, HostName name, CertificateModel? certificate, IdentityLooks looks, ReflectorLimits limits, TimeProvider time, CancellationToken stop)
    {
        (_connection, _looks, _certificate, _stop) = (connection, looks, certificate, stop);
        _client = connection.Remote.Address;
        _clock = new CancellationTokenSource(limits.Session, time);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, stop);
        _lines = new LineReader(connection, new SubmissionLimits { Idle = limits.Idle, CommandLine = limits.Idle }, time, _end.Token);
        _dialogue = new ReflectorDialogue(name, certificate is not null);
    }

    /// <summary>What the client called itself; null before it did.</summary>
    public ReflectedIdentity? Identity { get; private set; }

    public void Dispose()
    {
        _lines.Dispose();
        _end.Dispose();
        _clock.Dispose();
    }

    public async Task RunAsync()
    {
        Write(_dialogue.Greeting());
        while (!_dialogue.IsClosed)
        {
            var taken = _lines.TryTakeLine(ReflectorDialogue.MaxLineOctets);
            if (taken == Taken.Nothing)
            {
                if (!await FlushAsync())
                    return;
                taken = await _lines.TakeLineAsync(ReflectorDialogue.MaxLineOctets);
            }
            ReflectorStep step;
            switch (taken)
            {
                case Taken.Line:
                    step = _dialogue.Receive(_lines.Line);
                    break;
                case Taken.TooLong:
                    step = _dialogue.LineTooLong();
                    break;
                case Taken.BareLineEnd:
                    step = _dialogue.BareLineEnd();
                    break;
                case Taken.TimedOut:
                    step = _dialogue.TimedOut();
                    break;
                case Taken.Stopping:
                    step = _stop.IsCancellationRequested ? _dialogue.ShuttingDown() : _dialogue.TimedOut();
                    break;
                default:
                    return;
            }
            if (!await CarryOutAsync(step))
                return;
        }
        await FlushAsync();
    }

    private async Task<bool> CarryOutAsync(ReflectorStep step)
    {
        switch (step)
        {
            case ReflectorStep.Reply { Answer: var answer }:
                Write(answer);
                return true;
            case ReflectorStep.Close { Answer: var answer }:
                Write(answer);
                return true;
            case ReflectorStep.Look { Heard: var heard }:
                try
                {
                    Identity = await _looks.OfAsync(_client, heard, _end.Token);
                }
                catch (OperationCanceledException)
                {
                    Identity = ReflectedIdentity.Unseen(_client, heard, "the session ends");
                }
                Write(_dialogue.Answer(Identity));
                return true;
            case ReflectorStep.UpgradeToTls { Answer: var answer }:
                _lines.DiscardBuffered();
                Write(answer);
                return await FlushAsync() && await StartTlsAsync();
            default:
                throw new InvalidOperationException($"A step of a new kind: {step.GetType().Name}");
        }
    }

    private async Task<bool> StartTlsAsync()
    {
        try
        {
            await _connection.StartTlsAsServerAsync(_ => _certificate, _end.Token);
            _dialogue.TlsStarted();
            return true;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Write(SmtpReply reply) => reply.WriteTo(_connection.Output);

    /// <summary>A client that asks and never reads is cut off when the session's time is over; what the last word is worth, the connection's own closing decides.</summary>
    private async Task<bool> FlushAsync()
    {
        try
        {
            var flush = _connection.Output.FlushAsync(CancellationToken.None);
            var flushed = flush.IsCompleted || _end.IsCancellationRequested ? await flush.AsTask().WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System) : await flush.AsTask().WaitAsync(_end.Token);
            return !flushed.IsCompleted;
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
        {
            _connection.Abort();
            return false;
        }
    }
}
