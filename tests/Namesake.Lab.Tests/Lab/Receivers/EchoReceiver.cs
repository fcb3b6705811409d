using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A receiver of the lab's own, in the test process but on a lab host's network: it can have any habit and remembers everything.</summary>
public sealed class EchoReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, SeenSession> _sessions = new();
    private readonly ConcurrentDictionary<int, SeenMessage> _messages = new();
    private readonly ConcurrentQueue<SeenMail> _mails = new();
    private readonly ConcurrentDictionary<int, Task> _conversations = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly X509Certificate2 _certificate;
    private int _lastSession;
    private int _lastMessage;

    private EchoReceiver(LabReceiver place, Habits usual)
    {
        Place = place;
        Usual = usual;
        Habits = usual;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={place.Host}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    public LabReceiver Place { get; }

    /// <summary>What it does when no test asks for anything else.</summary>
    public Habits Usual { get; }

    public Habits Habits { get; set; }

    // ToArray takes the dictionary's own lock: LINQ alone would copy it while conversations add to it, and throw.

    /// <summary>All connections since the last reset, ended or not.</summary>
    public IReadOnlyList<SeenSession> Sessions => [.. _sessions.ToArray().OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>All messages whose final dot came since the last reset, acknowledged or not.</summary>
    public IReadOnlyList<SeenMessage> Messages => [.. _messages.ToArray().OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    /// <summary>All MAIL commands since the last reset, in order.</summary>
    public IReadOnlyList<SeenMail> Mails => [.. _mails];

    public IReadOnlyList<SeenMessage> WithSubject(string subject) => [.. Messages.Where(message => message.Field("Subject") == subject)];

    /// <summary>Listens on port 25 of the place's addresses, both families.</summary>
    public static EchoReceiver Start(LabHost host, LabReceiver place, Habits usual)
    {
        var receiver = new EchoReceiver(place, usual);
        foreach (var address in new[] { place.Address, LabPlan.V6Of(place.Address) })
        {
            var listener = host.Listen(new IPEndPoint(address, 25));
            receiver._listeners.Add(listener);
            receiver._accepting.Add(receiver.AcceptAsync(listener));
        }

        return receiver;
    }

    /// <summary>Back to its usual habits, with nothing remembered. Conversations under way go on and may still add to what is remembered.</summary>
    public void Reset()
    {
        Habits = Usual;
        _sessions.Clear();
        _messages.Clear();
        _mails.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_accepting);
        await Task.WhenAll(_conversations.Values);
        _certificate.Dispose();
        _closing.Dispose();
    }

    /// <summary>The names an address has given in EHLO since the last reset.</summary>
    internal IReadOnlyCollection<string> NamesOf(System.Net.IPAddress client) =>
        [.. _sessions.Values.Where(session => session.Client.Equals(client)).SelectMany(session => session.Helos).Distinct(StringComparer.OrdinalIgnoreCase)];

    internal X509Certificate2 Certificate => _certificate;

    internal void Remember(int session, SeenSession seen) => _sessions[session] = seen;

    internal void Remember(SeenMail mail) => _mails.Enqueue(mail);

    internal int Remember(SeenMessage message)
    {
        var number = Interlocked.Increment(ref _lastMessage);
        _messages[number] = message;
        return number;
    }

    internal void Acknowledged(int message)
    {
        if (_messages.TryGetValue(message, out var seen))
        {
            _messages[message] = seen with { IsAcknowledged = true };
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_closing.Token);
                var number = Interlocked.Increment(ref _lastSession);
                _conversations[number] = ConverseAsync(number, socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The receiver closes.
        }
    }

    private async Task ConverseAsync(int number, Socket socket)
    {
        await using var conversation = new EchoConversation(this, number, socket);
        try
        {
            await conversation.RunAsync(_closing.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away in the middle, or the lab closes: the session's record says how far it came.
        }
        finally
        {
            _conversations.TryRemove(number, out _);
        }
    }
}
