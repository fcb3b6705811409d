using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Content;
using Namesake.Protocol.Smtp.Replies;
using Namesake.Protocol.Smtp.Server;

namespace Namesake.Demo;

/// <summary>A small receiving server that checks who talks to it and counts what it sees. The demo's other half; tests use it too.</summary>
public sealed class DemoReceiver : IAsyncDisposable
{
    private const int MostLineOctets = 4096;

    private readonly HostName _name;
    private readonly IDnsLookup _dns;
    private readonly IBoundListener _listener;
    private readonly Task _loop;
    private readonly ConcurrentDictionary<IConnection, Task> _sessions = new();
    private readonly ConcurrentBag<DemoArrival> _arrivals = [];
    private readonly ConcurrentBag<DemoSighting> _sightings = [];
    private int _refused;

    private DemoReceiver(HostName name, DemoHabit habit, IDnsLookup dns, IBoundListener listener)
    {
        (_name, Habit, _dns, _listener) = (name, habit, dns, listener);
        _loop = AcceptAsync();
    }

    public DemoHabit Habit { get; }

    public HostName Name => _name;

    public IPEndPoint Address => _listener.Address;

    /// <summary>Messages it took.</summary>
    public IReadOnlyCollection<DemoArrival> Arrivals => _arrivals;

    /// <summary>Every MAIL FROM, with whether the identity was right at that moment.</summary>
    public IReadOnlyCollection<DemoSighting> Sightings => _sightings;

    /// <summary>Transactions it refused for the client's identity.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static async Task<DemoReceiver> StartAsync(IListenerPort network, IPEndPoint address, HostName name, DemoHabit habit, IDnsLookup dns) =>
        new(name, habit, dns, await network.BindAsync(address, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await _listener.StopAsync();
        foreach (var connection in _sessions.Keys)
            connection.Abort();
        await _loop;
        await Task.WhenAll(_sessions.Values);
        await _listener.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptAsync(CancellationToken.None) is { } connection)
        {
            var session = ServeAsync(connection);
            _sessions[connection] = session;
            if (session.IsCompleted)
                _sessions.TryRemove(connection, out _);
        }
    }

    private async Task ServeAsync(IConnection connection)
    {
        await Task.Yield();
        try
        {
            await ConverseAsync(connection);
        }
        catch (IOException)
        {
            // The client hung up.
        }
        finally
        {
            _sessions.TryRemove(connection, out _);
            await connection.DisposeAsync();
        }
    }

    private async Task ConverseAsync(IConnection connection)
    {
        var client = connection.Remote.Address;
        var session = new ServerSession(new ServerSessionOptions { ServerName = _name, EhloText = $"at your service, [{client}]" });
        session.Greeting().WriteTo(connection.Output);
        string? recipient = null;
        while (session.State != SessionState.Closed)
        {
            await connection.Output.FlushAsync();
            if (await ReadLineAsync(connection) is not { } line)
                return;
            switch (session.Receive(line))
            {
                case ServerStep.Reply step:
                    step.Answer.WriteTo(connection.Output);
                    break;
                case ServerStep.Close step:
                    step.Answer.WriteTo(connection.Output);
                    await connection.Output.FlushAsync();
                    return;
                case ServerStep.CheckSender:
                    session.Answer(await JudgeAsync(client, session.ClientName)).WriteTo(connection.Output);
                    break;
                case ServerStep.CheckRecipient step:
                    recipient = step.Command.Recipient.ToString();
                    session.Answer(SmtpReply.Of(250, "2.1.5", "OK")).WriteTo(connection.Output);
                    break;
                case ServerStep.BeginContent step:
                    step.Answer.WriteTo(connection.Output);
                    await connection.Output.FlushAsync();
                    if (await ReadContentAsync(connection) is not { } content)
                        return;
                    _arrivals.Add(new DemoArrival(client, session.ClientName!, session.Mail?.ReversePath?.ToString() ?? "", recipient!, content));
                    session.ContentEnded(SmtpReply.Of(250, "2.0.0", "Taken")).WriteTo(connection.Output);
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>What receivers do: address → PTR → address, and the strict ones compare with EHLO.</summary>
    private async Task<SmtpReply> JudgeAsync(IPAddress client, string? ehlo)
    {
        var reverse = await _dns.AskFreshAsync(ReverseName.Of(client), RecordType.Ptr, CancellationToken.None);
        var confirmed = new List<string>();
        foreach (var pointer in reverse.Pointers)
            if (pointer.Name is { } name && (await _dns.AskFreshAsync(name, RecordType.A, CancellationToken.None)).Addresses.Contains(client))
                confirmed.Add(name.Value);
        var right = confirmed.Contains(ehlo ?? "", StringComparer.OrdinalIgnoreCase);
        _sightings.Add(new DemoSighting(client, ehlo ?? "", right));
        SmtpReply? refusal = null;
        if (Habit != DemoHabit.None && !reverse.Pointers.Any())
            refusal = SmtpReply.Of(550, "5.7.25", $"Client host rejected: cannot find your reverse hostname, [{client}]");
        else if (Habit != DemoHabit.None && confirmed.Count == 0)
            refusal = SmtpReply.Of(550, "5.7.25", $"Client host rejected: the PTR name of [{client}] does not resolve back to it");
        else if (Habit == DemoHabit.Strict && !right)
            refusal = SmtpReply.Of(550, "5.7.1", $"EHLO argument does not match calling host: {ehlo} is not {confirmed[0]}");
        if (refusal is null)
            return SmtpReply.Of(250, "2.1.0", "OK");
        Interlocked.Increment(ref _refused);
        return refusal;
    }

    private static async Task<byte[]?> ReadLineAsync(IConnection connection)
    {
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                connection.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line.AsSpan().TrimEnd((byte)'\r').ToArray();
            }

            connection.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > MostLineOctets)
                return null;
        }
    }

    private static async Task<byte[]?> ReadContentAsync(IConnection connection)
    {
        var reader = new ContentReader();
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            var input = read.Buffer;
            var result = reader.Read(ref input, content);
            connection.Input.AdvanceTo(input.Start, result == ContentResult.NeedMore ? read.Buffer.End : input.Start);
            if (result == ContentResult.Complete)
                return content.WrittenSpan.ToArray();
            if (result != ContentResult.NeedMore || read.IsCompleted)
                return null;
        }
    }
}

/// <param name="Ehlo">The name the client gave itself.</param>
public sealed record DemoArrival(IPAddress Client, string Ehlo, string Sender, string Recipient, byte[] Content);

/// <param name="Right">PTR, EHLO and address agreed when MAIL FROM was said.</param>
public sealed record DemoSighting(IPAddress Client, string Ehlo, bool Right);
