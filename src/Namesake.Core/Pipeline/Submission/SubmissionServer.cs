using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Suppression;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Listens on every configured address and runs a session per client, within the limits of the listener.</summary>
public sealed class SubmissionServer : IAsyncDisposable
{
    private readonly SubmissionPorts _ports;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ListenerSet _listeners;
    private readonly ConcurrentDictionary<IConnection, Task> _sessions = new();

    public SubmissionServer(
        IListenerPort network, Func<RelayModel> model, ISpool spool, IPlacement placement, Action<ImmutableArray<Consignment>> accepted,
        IHeadroom headroom, Submitters submitters, Suppressions suppressions, SubmissionLimits limits, TimeProvider time, ILogger log)
    {
        _ports = new SubmissionPorts(model, spool, placement, accepted, headroom, new ShortageLine(time, log), limits, new ContentBudget(limits.ContentBytesInMemory), new Logins(time), new Quotas(model, time, log), submitters, suppressions, new SubmissionMetrics(), time, log);
        _listeners = new ListenerSet(network, AcceptAsync, log);
    }

    /// <summary>The addresses really listened on, in the order of the configuration; port 0 is replaced by the one it got.</summary>
    public ImmutableArray<IPEndPoint> Addresses => _listeners.Addresses;

    /// <summary>What resellers, brands, users, senders and clients have handed in; to be loaded before and kept while it runs.</summary>
    public Quotas Quotas => _ports.Quotas;

    public int Connections => _sessions.Count;

    /// <summary>Starts all listeners. Throws <see cref="IOException"/> when one can't be bound; none is left open then.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await ListenAsync(_ports.Model().Listeners, static () => { }, cancellation);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Listens on these addresses and no others: new ones are bound, sessions of those that go come to their end. One change at a time.</summary>
    /// <param name="bound">Called once all are bound, before a client of a new one is served: the model is swapped here.</param>
    /// <exception cref="IOException">One can't be bound: the text names it. Everything is as it was.</exception>
    public Task ListenAsync(ImmutableArray<ListenerModel> wanted, Action bound, CancellationToken cancellation) => _listeners.ChangeAsync(wanted, bound, cancellation);

    /// <summary>Accepts no more, tells clients 421 where a command is awaited, lets a message that is being received come to its end, and hangs up on who hasn't ended by then.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        await _listeners.StopAsync();
        await _stopping.CancelAsync();
        var sessions = Task.WhenAll(_sessions.Values);
        await Task.WhenAny(sessions, Task.Delay(within, _ports.Time, CancellationToken.None));
        foreach (var connection in _sessions.Keys)
            connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await _listeners.CloseAsync();
        _ports.Metrics.Dispose();
        _ports.Logins.Dispose();
    }

    private async Task AcceptAsync(IBoundListener bound, ListenerModel first)
    {
        var perClient = new ClientCounts();
        var total = 0;
        while (await bound.AcceptAsync(CancellationToken.None) is { } connection)
        {
            // A reload may have changed what this address means.
            var listener = _ports.Model().Listeners.FirstOrDefault(listener => listener.Address.Equals(first.Address)) ?? first;
            var client = connection.Remote.Address;
            var mine = perClient.Enter(client);
            var all = Interlocked.Increment(ref total);
            var refused = all > listener.MaximumConnections ? SmtpReply.Of(421, "4.7.0", "Too many connections to this server, come again")
                : mine > listener.MaximumConnectionsPerClient ? SmtpReply.Of(421, "4.7.0", "Too many connections from your address")
                : _ports.Headroom.Shortage() is { } shortage ? Short(shortage) : null;
            var task = ServeAsync(connection, listener, refused, () =>
            {
                Interlocked.Decrement(ref total);
                perClient.Leave(client);
            });
            _sessions[connection] = task;
            // The session may have ended before it was noted here.
            if (task.IsCompleted)
                _sessions.TryRemove(connection, out _);
        }
    }

    /// <summary>What a client hears; what is short is the operator's matter.</summary>
    private SmtpReply Short(string shortage)
    {
        _ports.Shortages.Tell(shortage);
        return SmtpReply.Of(421, "4.3.2", "This server is short of resources, come again");
    }

    private async Task ServeAsync(IConnection connection, ListenerModel listener, SmtpReply? refused, Action ended)
    {
        await Task.Yield();
        _ports.Metrics.Connected();
        try
        {
            if (refused is not null)
            {
                refused.WriteTo(connection.Output);
                await connection.Output.FlushAsync(_stopping.Token);
                SubmissionLog.TurnedAway(_ports.Log, connection.Remote.Address, refused.ToString());
                return;
            }

            await using var session = new SubmissionSession(connection, listener, _ports, _stopping.Token);
            await session.RunAsync();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The client hung up in the middle: nothing was promised for what it hadn't finished.
        }
        catch (Exception failure)
        {
            SubmissionLog.Failed(_ports.Log, connection.Remote.Address, failure);
        }
        finally
        {
            _ports.Metrics.Disconnected();
            ended();
            _sessions.TryRemove(connection, out _);
            await connection.DisposeAsync();
        }
    }
}
