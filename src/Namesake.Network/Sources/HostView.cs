using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Sources.Routing;

namespace Namesake.Network.Sources;

/// <summary>What this node's kernel has of addresses and routes: read once for all sources that are looked at within a moment.</summary>
/// <remarks>Reading happens on the caller's thread: what it sees is that thread's network namespace. A reading serves ten times as long as it took: who has changed a route and looks again sees it.</remarks>
public sealed class HostView(TimeProvider time)
{
    /// <summary>How long one reading serves at most: ten thousand sources of one audit share it, on a router with a full table, too.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private const int TimesItsCost = 10;

    // Of the two root name servers of that letter: what a mail server is to the routing. Only the kernel is asked; no packet leaves.
    private static readonly IPAddress Somewhere = IPAddress.Parse("198.41.0.4"), SomewhereV6 = IPAddress.Parse("2001:503:ba3e::2:30");

    private readonly Lock _lock = new();
    private HostTables? _tables;
    private long _readAt;
    private TimeSpan _serves;

    /// <returns>Null where the kernel doesn't tell (another system than Linux, a sandbox).</returns>
    public HostFacts? Of(IPAddress local)
    {
        ArgumentNullException.ThrowIfNull(local);
        try
        {
            if (Tables() is not { } tables)
                return null;
            var isV6 = local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            var unboundV6 = tables.Choose(SomewhereV6, null);
            return new HostFacts(tables.Addresses, isV6 ? unboundV6 : tables.Choose(Somewhere, null), unboundV6, tables.Choose(isV6 ? SomewhereV6 : Somewhere, local), WaysOut.Of(tables, local));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <returns>Empty where the kernel doesn't tell.</returns>
    public ImmutableArray<WayOut> WaysOf(IPAddress local)
    {
        try
        {
            return Tables() is { } tables ? WaysOut.Of(tables, local) : [];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private HostTables? Tables()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        lock (_lock)
        {
            if (_tables is null || time.GetElapsedTime(_readAt) >= _serves)
            {
                var began = time.GetTimestamp();
                (_tables, _readAt) = (HostTables.Read(), time.GetTimestamp());
                var serves = time.GetElapsedTime(began, _readAt) * TimesItsCost;
                _serves = serves < Freshness ? serves : Freshness;
            }
            return _tables;
        }
    }
}
