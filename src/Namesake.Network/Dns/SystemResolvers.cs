using System.Collections.Immutable;
using System.Net;

namespace Namesake.Network.Dns;

/// <summary>The host's own resolvers: the nameserver lines of resolv.conf(5), read again when the file changes.</summary>
internal sealed class SystemResolvers(string path)
{
    private static readonly ImmutableArray<IPEndPoint> Loopback = [new(IPAddress.Loopback, 53)];

    private readonly Lock _gate = new();
    private DateTime _readAt;
    private ImmutableArray<IPEndPoint> _resolvers = Loopback;

    public ImmutableArray<IPEndPoint> Current
    {
        get
        {
            lock (_gate)
            {
                try
                {
                    // 1601 for a missing file; a container's resolv.conf may be replaced at any time. Cheap: one stat per question asked.
                    var changedAt = File.GetLastWriteTimeUtc(path);
                    if (changedAt != _readAt)
                    {
                        _resolvers = Read(File.ReadLines(path));
                        _readAt = changedAt;
                    }
                }
                catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
                {
                    // Half written or gone for a moment: what was read last stays.
                }
                return _resolvers;
            }
        }
    }

    internal static ImmutableArray<IPEndPoint> Read(IEnumerable<string> lines)
    {
        var resolvers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var line in lines)
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out var parsed))
                resolvers.Add(new IPEndPoint(parsed, 53));
        }
        return resolvers.Count == 0 ? Loopback : resolvers.ToImmutable();
    }
}
