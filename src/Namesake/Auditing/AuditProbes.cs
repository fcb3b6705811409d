using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Network.Dns;

namespace Namesake.Auditing;

/// <summary>What an audit looks with, put together for who asks.</summary>
internal sealed class AuditProbes : IDisposable
{
    private AuditProbes(ImmutableArray<IFactProbe> all) => All = all;

    public ImmutableArray<IFactProbe> All { get; }

    /// <summary>For an identity that isn't ours: what can be seen from anywhere, and nothing that touches its servers unless asked for.</summary>
    public static AuditProbes ForAnybody(AuditWish wish, IDnsLookup dns, TimeProvider time) => new([]);

    /// <summary>For a source of ours, from the node it leaves from.</summary>
    public static AuditProbes ForRelay(NamesakeConfiguration configuration, RelayModel model, IDnsLookup dns, TimeProvider time) => new([]);

    public void Dispose()
    {
    }
}

/// <summary>What of the more intrusive or slower kind of looking is wished.</summary>
internal sealed record AuditWish
{
    public required ResolverSettings Resolver { get; init; }
}
