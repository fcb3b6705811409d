using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;

namespace Namesake.Network.Dns;

/// <summary>The way to the configured resolvers: in order, those that were silent lately last, until one of them makes a definite statement.</summary>
internal sealed class ResolverPath(ResolverSettings settings, DnsExchange exchange, TimeProvider clock)
{
    private static readonly TimeSpan SilenceRemembered = TimeSpan.FromSeconds(30);

    private readonly SystemResolvers? _system = settings.Resolvers.IsDefaultOrEmpty ? new SystemResolvers(settings.SystemConfiguration) : null;
    private readonly ConcurrentDictionary<IPEndPoint, DateTimeOffset> _silentSince = new();
    private volatile bool _inDoubt;

    /// <summary>The last thing any resolver told us was not definite, or it told us nothing.</summary>
    public bool InDoubt => _inDoubt;

    /// <summary>Those that are asked, in the order of the configuration.</summary>
    public ImmutableArray<IPEndPoint> Servers => _system?.Current ?? settings.Resolvers;

    public async Task<(IPEndPoint Server, DnsExchanged Exchanged)> AskAsync(WireQuestion question, CancellationToken cancellation)
    {
        (IPEndPoint Server, DnsExchanged Exchanged)? best = null;
        foreach (var server in InOrder())
        {
            var exchanged = await exchange.AskAsync(server, question, recursion: true, settings.TryTimeout, settings.Tries, cancellation);
            if (exchanged.Reply is null)
                _silentSince[server] = clock.GetUtcNow();
            else
                _silentSince.TryRemove(server, out _);
            if (exchanged.Reply is { ResponseCode: 0 or 3 })
            {
                _inDoubt = false;
                return (server, exchanged);
            }
            // A resolver that says SERVFAIL tells more than one that says nothing.
            if (best is null || (best.Value.Exchanged.Reply is null && exchanged.Reply is not null))
                best = (server, exchanged);
        }
        _inDoubt = true;
        return best!.Value;
    }

    /// <summary>This one alone, once. Not asked where it was silent a moment ago.</summary>
    public async Task<(IPEndPoint Server, DnsExchanged Exchanged)> AskAsync(IPEndPoint server, WireQuestion question, CancellationToken cancellation)
    {
        if (WasSilent(server, clock.GetUtcNow()))
            return (server, new DnsExchanged(null, DnsOutcome.TimedOut));
        var exchanged = await exchange.AskAsync(server, question, recursion: true, settings.TryTimeout, tries: 1, cancellation);
        if (exchanged.Reply is null)
            _silentSince[server] = clock.GetUtcNow();
        else
            _silentSince.TryRemove(server, out _);
        return (server, exchanged);
    }

    private IEnumerable<IPEndPoint> InOrder()
    {
        var now = clock.GetUtcNow();
        return Servers.OrderBy(server => WasSilent(server, now));
    }

    private bool WasSilent(IPEndPoint server, DateTimeOffset now) => _silentSince.TryGetValue(server, out var since) && now - since < SilenceRemembered;
}
