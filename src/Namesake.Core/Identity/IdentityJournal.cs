using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Namesake.Core.Identity.History;

namespace Namesake.Core.Identity;

/// <summary>Brings states to the store behind the ledger's back: the fence must not wait for a disk. A state that changes ten times while the store is busy is written once.</summary>
/// <param name="mayWrite">Whether this node has the say over a key now. What it may not write waits until it may, or is dropped.</param>
internal sealed partial class IdentityJournal(IIdentityStore store, IHistoryStore? history, TimeProvider time, ILogger logger, Func<string, bool> mayWrite)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Func<string?>> _pending = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task<bool> _writing = Task.FromResult(true);

    // A bell, not a queue: one ring is enough for everything that is pending.
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) => store.LoadAsync(cancellation);

    /// <param name="state">Asked when it is written, so that the newest is written; null forgets the key.</param>
    public void Write(string key, Func<string?> state)
    {
        _pending[key] = state;
        _bell.Writer.TryWrite(true);
    }

    /// <summary>The same without haste: written with the next that is, or at the end.</summary>
    public void WriteLater(string key, Func<string?> state) => _pending[key] = state;

    /// <summary>Of what is pending these are not written: another has written what is newer.</summary>
    public void Drop(Func<string, bool> isOf)
    {
        foreach (var (key, _) in _pending)
            if (isOf(key))
                _pending.TryRemove(key, out _);
    }

    public void Forget(string key) => Write(key, static () => null);

    /// <summary>Writes as long as the relay runs; what is pending at the end is written still.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await _bell.Reader.WaitToReadAsync(stop))
            {
                _bell.Reader.TryRead(out _);
                if (!await FlushAsync())
                    await Task.Delay(AfterFailure, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            await FlushAsync();
        }
    }

    /// <summary>Writes what is pending, after whoever writes already: an older state must not overtake a newer one.</summary>
    /// <returns>False when something could not be written; it stays pending.</returns>
    public Task<bool> FlushAsync()
    {
        lock (_lock)
            return _writing = WriteAfterAsync(_writing);
    }

    private async Task<bool> WriteAfterAsync(Task<bool> before)
    {
        await before;
        foreach (var (key, state) in _pending)
        {
            if (!mayWrite(key))
                continue;
            _pending.TryRemove(KeyValuePair.Create(key, state));
            try
            {
                await store.SaveAsync(key, state());
            }
            catch (Exception failure)
            {
                // Memory stays right, only a restart would not know: try again later rather than stop the relay.
                logger.LogError(failure, "The state of {Key} could not be stored; trying again in {Seconds} s", key, AfterFailure.TotalSeconds);
                _pending.TryAdd(key, state);
                _bell.Writer.TryWrite(true);
                return false;
            }
        }
        return await WriteObservationsAsync();
    }
}
