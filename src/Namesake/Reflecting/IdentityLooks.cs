using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Receivers.Reflecting;

namespace Namesake.Reflecting;

/// <summary>Looks at the identities of whoever comes, within bounds: each address and name once a minute, few names for one address, so many a minute for one network, so many at once.</summary>
/// <remarks>What a stranger can make us ask is a public address's own reverse zone and a name's own zone, each once a minute: no more than any mail server asks for one connection.</remarks>
internal sealed class IdentityLooks(IDnsLookup dns, ReflectorLimits limits, TimeProvider time) : IDisposable
{
    /// <summary>Remembered at most; above it strangers are told their address alone until the oldest are forgotten.</summary>
    public const int MostRemembered = 20_000;

    private readonly Dictionary<(IPAddress Address, string Name), Task<AuditReport?>> _known = [];
    private readonly Dictionary<IPAddress, int> _names = [];
    private readonly Queue<((IPAddress Address, string Name) Key, long At)> _order = [];
    private readonly NetworkRates _rates = new(limits.LooksPerNetwork, time);
    private readonly SemaphoreSlim _turns = new(limits.LooksAtOnce);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    /// <param name="heard">What the client called itself: hostile text.</param>
    public async Task<ReflectedIdentity> OfAsync(IPAddress address, string heard, CancellationToken cancellation)
    {
        if (Find(address, heard.TrimEnd('.').ToLowerInvariant()) is not { } look)
            return ReflectedIdentity.Unseen(address, heard, "not looked at: asked too often, come again in a minute");
        try
        {
            return await look.WaitAsync(limits.LookWithin, time, cancellation) is { } report
                ? ReflectedIdentity.Of(report, heard)
                : ReflectedIdentity.Unseen(address, heard, "DNS did not answer in time");
        }
        catch (TimeoutException)
        {
            return ReflectedIdentity.Unseen(address, heard, "DNS has not answered yet, come again");
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _turns.Dispose();
    }

    private Task<AuditReport?>? Find(IPAddress address, string name)
    {
        lock (_lock)
        {
            Forget_NeedsLock();
            if (_known.TryGetValue((address, name), out var known))
                return known;
            var names = _names.GetValueOrDefault(address);
            if (names >= limits.NamesPerAddress || _known.Count >= MostRemembered || !_rates.TryTake(address))
                return null;
            _names[address] = names + 1;
            _order.Enqueue(((address, name), time.GetTimestamp()));
            return _known[(address, name)] = LookAsync(address, name);
        }
    }

    private void Forget_NeedsLock()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= limits.Remembered)
        {
            _order.Dequeue();
            _known.Remove(oldest.Key);
            if (--_names[oldest.Key.Address] == 0)
                _names.Remove(oldest.Key.Address);
        }
    }

    /// <returns>Null when it took too long.</returns>
    private async Task<AuditReport?> LookAsync(IPAddress address, string name)
    {
        using var clock = new CancellationTokenSource(limits.LookAtMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, _stopping.Token);
        try
        {
            await Task.Yield(); // out of the lock
            await _turns.WaitAsync(either.Token);
            try
            {
                return await IdentityAudit.CheckAsync(address, name, IdentityPolicy.Strict, dns, [], time, either.Token);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }
}
