using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Namesake.Network.Sockets;

namespace Namesake.PolicyService;

/// <summary>Accepts connections and keeps their number; stops in order.</summary>
public sealed class PolicyServer(IReadOnlyList<StreamListener> listeners, PolicyJudge judge, PolicyLimits limits, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _accepting = Task.CompletedTask;
    private long _accepted;
    private int _open;
    private long _complainedAt = long.MinValue;

    public int OpenConnections => Volatile.Read(ref _open);

    public void Start() => _accepting = Task.WhenAll(listeners.Select(listener => Task.Run(() => AcceptAsync(listener))));

    /// <summary>No new connection, no new request; what is being judged is answered within <see cref="PolicyLimits.Grace"/>.</summary>
    public async Task StopAsync()
    {
        foreach (var listener in listeners)
            await listener.StopAsync();
        await _accepting;
        await _stopping.CancelAsync();
        using var grace = new CancellationTokenSource(limits.Grace, clock);
        await using (grace.Token.Register(_abort.Cancel))
            await Task.WhenAll(_sessions.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        _stopping.Dispose();
        _abort.Dispose();
    }

    private async Task AcceptAsync(StreamListener listener)
    {
        while (await listener.AcceptAsync() is { } stream)
        {
            if (Interlocked.Increment(ref _open) > limits.Connections)
            {
                Interlocked.Decrement(ref _open);
                await stream.DisposeAsync();
                ComplainOnceAMinute();
                continue;
            }
            var id = Interlocked.Increment(ref _accepted);
            // Registered before it runs, so that a stop never misses it.
            var registered = new TaskCompletionSource();
            _sessions[id] = Task.Run(async () =>
            {
                await registered.Task;
                await ServeAsync(id, stream);
            });
            registered.SetResult();
        }
    }

    private async Task ServeAsync(long id, Stream stream)
    {
        await using (stream)
            await new PolicySession(stream, judge, limits, clock, log).RunAsync(_stopping.Token, _abort.Token);
        Interlocked.Decrement(ref _open);
        _sessions.TryRemove(id, out _);
    }

    private void ComplainOnceAMinute()
    {
        var now = clock.GetTimestamp();
        var last = Volatile.Read(ref _complainedAt);
        if (last != long.MinValue && clock.GetElapsedTime(last, now) < TimeSpan.FromMinutes(1))
            return;
        if (Interlocked.CompareExchange(ref _complainedAt, now, last) == last)
            PolicyServiceLog.TooMany(log, limits.Connections);
    }
}
