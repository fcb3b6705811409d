using System.Net;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Clients;
using Namesake.Protocol.Addresses;

namespace Namesake.PolicyService;

/// <summary>Looks at clients and remembers what was found by address and name: 1. remembered, 2. being looked up already, 3. looked up, within a time and a number.</summary>
/// <remarks>Bounded in two generations: when the young one is half of the bound it becomes the old one, and what was not asked for since is forgotten.</remarks>
public sealed class ClientReports : IDisposable
{
    // A message for a hundred recipients is a hundred questions: even TTL 0 stands for one session. What was put right is to be seen soon, and what nobody could tell at once.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10), MostAligned = TimeSpan.FromHours(1), MostMisaligned = TimeSpan.FromMinutes(5), MostUnknown = TimeSpan.FromSeconds(30);

    private readonly IDnsLookup _dns;
    private readonly IdentityPolicy _policy;
    private readonly PolicyLimits _limits;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _asking = [];
    private Dictionary<(IPAddress, string), Entry> _young = [], _old = [];

    public ClientReports(IDnsLookup dns, IdentityPolicy policy, PolicyLimits limits, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(limits);
        (_dns, _policy, _limits, _clock) = (dns, policy, limits, clock);
        _slots = new SemaphoreSlim(limits.Looks);
    }

    /// <summary>How many are remembered or being looked up now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _young.Count + _old.Count;
        }
    }

    /// <returns>The report, and whether it was remembered.</returns>
    public async Task<(ClientReport Report, bool Remembered)> GetAsync(IPAddress address, string ehlo, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(ehlo);
        // No name is longer than 253; what is longer is as wrong without its end, and memory is not the client's to fill.
        ehlo = ehlo.Length > 255 ? ehlo[..255] : ehlo;
        var key = (address, HostName.TryParse(ehlo, out var name, out _) ? name.Value : ehlo);
        var (entry, isNew) = FindOrAdd(key);
        var remembered = entry.Look.Task.IsCompleted;
        if (isNew)
            _ = LookAsync(key, ehlo, entry); // for all who want to know; it outlives a caller that gives up
        return (await entry.Look.Task.WaitAsync(cancellation), remembered);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _slots.Dispose();
    }

    private (Entry Entry, bool IsNew) FindOrAdd((IPAddress, string) key)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(key, out var entry) && entry.Until > _clock.GetUtcNow())
                return (entry, false);
            if (_old.Remove(key, out entry) && entry.Until > _clock.GetUtcNow())
            {
                Put_NeedsLock(key, entry);
                return (entry, false);
            }
            entry = new Entry();
            Put_NeedsLock(key, entry);
            return (entry, true);
        }
    }

    private void Put_NeedsLock((IPAddress, string) key, Entry entry)
    {
        if (_young.Count >= Math.Max(1, _limits.Remembered / 2) && !_young.ContainsKey(key))
            (_old, _young) = (_young, []);
        _young[key] = entry;
    }

    private async Task LookAsync((IPAddress Address, string Name) key, string ehlo, Entry entry)
    {
        try
        {
            // Turned away for the moment is nothing to remember.
            var report = await WithinLimitsAsync(key.Address, ehlo);
            entry.Until = report is null ? DateTimeOffset.MinValue : _clock.GetUtcNow() + Lifetime(report);
            report ??= ClientReport.Unanswered(key.Address, ehlo, "too many names of this client are being looked up");
            entry.Look.SetResult(report);
        }
        catch (Exception failure)
        {
            entry.Until = DateTimeOffset.MinValue;
            entry.Look.SetException(failure);
        }
    }

    /// <summary>Null when this client has as many looks under way as it may.</summary>
    private async Task<ClientReport?> WithinLimitsAsync(IPAddress address, string ehlo)
    {
        var network = NetworkOf(address);
        if (!Enter(network))
            return null;
        using var deadline = new CancellationTokenSource(_limits.Look, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _ended.Token);
        var inSlot = false;
        try
        {
            await _slots.WaitAsync(either.Token);
            inSlot = true;
            return await ClientAudit.CheckAsync(address, ehlo, _policy, _dns, _clock, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return ClientReport.Unanswered(address, ehlo, FormattableString.Invariant($"not answered within {_limits.Look.TotalSeconds:0} s"));
        }
        finally
        {
            if (inSlot)
                _slots.Release();
            Leave(network);
        }
    }

    private TimeSpan Lifetime(ClientReport report)
    {
        var most = report.VerdictUnder(_policy) switch { Verdict.Aligned => MostAligned, Verdict.Misaligned => MostMisaligned, _ => MostUnknown };
        var ttl = report.Ttl ?? TimeSpan.Zero;
        return ttl < Least ? Least : ttl > most ? most : ttl;
    }

    private bool Enter(IPAddress network)
    {
        lock (_gate)
        {
            var asking = _asking.GetValueOrDefault(network);
            if (asking >= _limits.LooksPerClient)
                return false;
            _asking[network] = asking + 1;
            return true;
        }
    }

    private void Leave(IPAddress network)
    {
        lock (_gate)
            if (--_asking[network] == 0)
                _asking.Remove(network);
    }

    private static IPAddress NetworkOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]) : address;

    private sealed class Entry
    {
        private long _until = DateTimeOffset.MaxValue.UtcTicks;

        public TaskCompletionSource<ClientReport> Look { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DateTimeOffset Until
        {
            get => new(Volatile.Read(ref _until), TimeSpan.Zero);
            set => Volatile.Write(ref _until, value.UtcTicks);
        }
    }
}
