using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Reflecting;

/// <summary>The responder one runs outside the translation: tells every client which address it comes from and what its name is worth. Takes no mail, asks no one but DNS, keeps nothing on disk.</summary>
public sealed class ReflectorServer : IAsyncDisposable
{
    private readonly IListenerPort _network;
    private readonly HostName _name;
    private readonly CertificateModel? _certificate;
    private readonly ReflectorLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IdentityLooks _looks;
    private readonly ReflectorDoor _door;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<IConnection, Task> _sessions = new();
    private readonly List<(IBoundListener Bound, Task Loop)> _open = [];

    /// <param name="name">What it calls itself.</param>
    /// <param name="certificate">For STARTTLS, which inspecting firewalls hide; null: not offered.</param>
    public ReflectorServer(IListenerPort network, IDnsLookup dns, HostName name, CertificateModel? certificate, ReflectorLimits limits, TimeProvider time, ILogger log)
    {
        (_network, _name, _certificate, _limits, _time, _log) = (network, name, certificate, limits, time, log);
        _looks = new IdentityLooks(new ResolverOnly(dns), limits, time);
        _door = new ReflectorDoor(limits, time);
    }

    /// <summary>Where it really listens; port 0 is replaced by the one it got.</summary>
    public ImmutableArray<IPEndPoint> Addresses => [.. _open.Select(open => open.Bound.Address)];

    public int Connections => _sessions.Count;

    /// <exception cref="IOException">One can't be bound; none is left open then.</exception>
    public async Task StartAsync(IEnumerable<IPEndPoint> addresses, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        try
        {
            foreach (var address in addresses)
            {
                var bound = await _network.BindAsync(address, cancellation);
                ReflectorLog.Listening(_log, bound.Address, _name.Value);
                _open.Add((bound, AcceptAsync(bound)));
            }
        }
        catch
        {
            await StopAsync(TimeSpan.Zero);
            throw;
        }
    }

    /// <summary>Accepts no more, tells who is inside 421, waits so long for them to go.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        foreach (var (bound, _) in _open)
            await bound.StopAsync();
        await _stopping.CancelAsync();
        await Task.WhenAll(_open.Select(open => open.Loop));
        var sessions = Task.WhenAll(_sessions.Values);
        await Task.WhenAny(sessions, Task.Delay(within, _time, CancellationToken.None));
        foreach (var connection in _sessions.Keys)
            connection.Abort();
        await sessions;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        foreach (var (bound, _) in _open)
            await bound.DisposeAsync();
        _looks.Dispose();
    }

    private async Task AcceptAsync(IBoundListener bound)
    {
        while (await bound.AcceptAsync(CancellationToken.None) is { } connection)
        {
            var client = connection.Remote.Address;
            var beyondTelling = _door.IsBeyondTelling;
            var refused = _door.Enter(client);
            // Noted before it runs, so that its end always finds it.
            var noted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sessions[connection] = ServeAsync(noted.Task, connection, client, refused, beyondTelling);
            noted.SetResult();
        }
    }

    private async Task ServeAsync(Task noted, IConnection connection, IPAddress client, SmtpReply? refused, bool beyondTelling)
    {
        await noted;
        try
        {
            if (refused is not null)
            {
                ReflectorLog.TurnedAway(_log, client, refused.ToString());
                if (beyondTelling)
                    connection.Abort();
                else
                    await RefuseAsync(connection, refused);
                return;
            }
            using var session = new ReflectorSession(connection, _name, _certificate, _looks, _limits, _time, _stopping.Token);
            await session.RunAsync();
            if (session.Identity is { } identity)
                ReflectorLog.Reflected(_log, client, Printable(identity.Heard), identity.Verdict);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The client hung up in the middle.
        }
        catch (Exception failure)
        {
            ReflectorLog.Failed(_log, client, failure);
        }
        finally
        {
            _sessions.TryRemove(connection, out _);
            await connection.DisposeAsync();
            _door.Leave(client);
        }
    }

    private async Task RefuseAsync(IConnection connection, SmtpReply refused)
    {
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        refused.WriteTo(connection.Output);
        await connection.Output.FlushAsync(clock.Token);
    }

    private static string Printable(string heard) => string.Concat(heard.Select(c => c is > ' ' and <= '~' ? c : '?'));
}
