using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Network.Firewall;

/// <summary>Reads this node's rules for translation, nftables' and iptables', and its table of connections. Where the tool or the privilege (CAP_NET_ADMIN) is missing, that part can't be observed.</summary>
/// <remarks>Read once for all sources that are looked at within a moment, on the thread of whoever comes first: what it sees is that thread's network namespace. Changes nothing.
/// Who puts a rule right and looks again must not be shown the old ones: a reading serves ten times as long as it took, so that reading takes a tenth of a large audit's time at most.</remarks>
public sealed class FirewallProbe(TimeProvider time, FirewallTools? tools = null) : IFactProbe, IDisposable
{
    /// <summary>How long one reading serves at most: tens of thousands of rules take seconds to read.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    private const int TimesItsCost = 10;

    private readonly FirewallTools _tools = tools ?? FirewallTools.OfSystem();
    private readonly SemaphoreSlim _reading = new(1);
    private Reading? _seen;
    private long _seenAt;
    private TimeSpan _serves;

    public string Name => "firewall rules";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        if (await ReadAsync(cancellation) is not var (all, byLocal, byOutside, isWhole))
            return static facts => facts;
        // Each source is told of its own connections: a busy node has tens of thousands.
        var mine = all.Connections is null ? all : all with { Connections = [.. byLocal[basis.Source.LocalAddress].Where(one => !one.IsClosing)] };
        var others = all.Connections is null ? null : SharedWayOut.OthersOn(basis, byOutside[basis.Source.PublicAddress], isWhole);
        return facts => facts with
        {
            Firewall = mine,
            Listing = others is null ? facts.Listing : (facts.Listing ?? new ListingFacts()) with { OtherSenders = others },
        };
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Reading?> ReadAsync(CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_seen is null || time.GetElapsedTime(_seenAt) >= _serves)
            {
                var began = time.GetTimestamp();
                (_seen, _seenAt) = (await LookAsync(cancellation), time.GetTimestamp());
                var serves = time.GetElapsedTime(began, _seenAt) * TimesItsCost;
                _serves = serves < Freshness ? serves : Freshness;
            }
            return _seen;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Reading> LookAsync(CancellationToken cancellation)
    {
        // The connections first: the file is this thread's, and behind an await the thread is another.
        var (connections, isWhole, unreadable) = ConnectionTable.Read();
        var node = await NodeRules.ReadAsync(_tools, withIptables: false, time, cancellation);
        var trouble = node.Rules is null ? node.NftTrouble ?? node.IptablesTrouble : null;
        return Reading.Of(new FirewallFacts(node.Rules, connections, trouble is null && unreadable is null ? null : string.Join("; ", new[] { trouble, unreadable }.OfType<string>())), isWhole);
    }

    private sealed record Reading(FirewallFacts Facts, ILookup<IPAddress, LiveConnection> ByLocal, ILookup<IPAddress, LiveConnection> ByOutside, bool IsWhole)
    {
        public static Reading Of(FirewallFacts facts, bool isWhole)
        {
            var all = facts.Connections ?? [];
            return new Reading(facts, all.ToLookup(one => one.Local), all.ToLookup(one => one.Outside), isWhole);
        }
    }
}
