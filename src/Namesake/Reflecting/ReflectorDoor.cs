using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Reflecting;

/// <summary>Who may come in: so many in all, so many of one address, so many a minute of one network.</summary>
internal sealed class ReflectorDoor(ReflectorLimits limits, TimeProvider time)
{
    private static readonly SmtpReply Full = SmtpReply.Of(421, "4.7.0", "Too many connections to this server, come again");
    private static readonly SmtpReply FullForYou = SmtpReply.Of(421, "4.7.0", "Too many connections from your address");
    private static readonly SmtpReply TooOften = SmtpReply.Of(421, "4.7.0", "Too many sessions from your network, come again in a minute");

    private readonly NetworkRates _rates = new(limits.SessionsPerNetwork, time);
    private readonly Dictionary<IPAddress, int> _inside = [];
    private readonly Lock _lock = new();
    private int _all;

    public int Inside
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>Whether so many are inside that a newcomer isn't even told: telling them all would be the work the limit is to spare us.</summary>
    public bool IsBeyondTelling
    {
        get
        {
            lock (_lock)
                return _all >= limits.Connections + (limits.Connections / 4) + 1;
        }
    }

    /// <summary>Counts it in; it must <see cref="Leave"/> in any case.</summary>
    /// <returns>What it hears instead of a greeting; null when it may stay.</returns>
    public SmtpReply? Enter(IPAddress client)
    {
        lock (_lock)
        {
            var mine = _inside[KeyOf(client)] = _inside.GetValueOrDefault(KeyOf(client)) + 1;
            if (++_all > limits.Connections)
                return Full;
            if (mine > limits.ConnectionsPerAddress)
                return FullForYou;
        }
        return _rates.TryTake(client) ? null : TooOften;
    }

    public void Leave(IPAddress client)
    {
        lock (_lock)
        {
            _all--;
            if (--_inside[KeyOf(client)] == 0)
                _inside.Remove(KeyOf(client));
        }
    }

    /// <summary>An IPv6 client has its whole /64 to come from.</summary>
    private static IPAddress KeyOf(IPAddress client)
    {
        if (client.AddressFamily == AddressFamily.InterNetwork || client.IsIPv4MappedToIPv6)
            return client;
        var octets = client.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }
}
