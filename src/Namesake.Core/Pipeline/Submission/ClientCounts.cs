using System.Collections.Concurrent;
using System.Net;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>How much of something each client address has going on right now, an IPv6 /64 counting as one. Addresses that have nothing are not kept.</summary>
internal sealed class ClientCounts
{
    private readonly ConcurrentDictionary<IPAddress, int> _counts = new();

    /// <returns>How many there are now, this one included.</returns>
    public int Enter(IPAddress client) => _counts.AddOrUpdate(SubmitterName.NetworkOf(client), 1, static (_, count) => count + 1);

    public void Leave(IPAddress client)
    {
        var network = SubmitterName.NetworkOf(client);
        if (_counts.AddOrUpdate(network, 0, static (_, count) => count - 1) == 0)
            _counts.TryRemove(new KeyValuePair<IPAddress, int>(network, 0));
    }
}
