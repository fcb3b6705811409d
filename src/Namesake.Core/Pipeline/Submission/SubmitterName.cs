using System.Net;
using System.Net.Sockets;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What those who hand mail in are called: in the spool, in tallies, in freezes and by operators.</summary>
public static class SubmitterName
{
    /// <summary>The user who logged in; else the envelope sender at the client, "ann@acme.example@10.0.0.9"; else, for what no sender of the brand answers for
    /// (null senders, forwarded mail), the client's address.</summary>
    public static string Of(string? user, IPAddress client, Brand? brand, Mailbox? sender) =>
        user ?? (OwnSender(brand, sender) is { } own ? $"{own}@{NetworkOf(client)}" : NetworkOf(client).ToString());

    /// <summary>An address of the brand's own domains without its sub-address (RFC 5233 §1, "+" being the separator in use), in lower case: whoever writes it otherwise is still the same.</summary>
    /// <returns>Null for the null sender and for addresses of others, whose mail is forwarded.</returns>
    public static string? OwnSender(Brand? brand, Mailbox? sender)
    {
        if (brand is null || sender is null || !(brand.SenderDomains.Contains(sender.Domain) || sender.Domain == brand.ReturnPathDomain))
            return null;
        var local = sender.LocalPart;
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        local = (plus > 0 ? local[..plus] : local).ToLowerInvariant();
        return $"{local}@{sender.Domain.Value}";
    }

    /// <summary>The domain of a sender's name, for who must know whose it is.</summary>
    internal static string? DomainOf(string name)
    {
        var at = name.LastIndexOf('@');
        // "ann@acme.example@10.0.0.9": the client is behind the last one.
        if (at > 0 && IPAddress.TryParse(name.AsSpan(at + 1), out _))
            (name, at) = (name[..at], name.LastIndexOf('@', at - 1));
        return at > 0 ? name[(at + 1)..] : null;
    }

    /// <summary>What counts as one client: an IPv6 client is its /64, since it may pick any address in it.</summary>
    internal static IPAddress NetworkOf(IPAddress client)
    {
        if (client.AddressFamily != AddressFamily.InterNetworkV6)
            return client;
        if (client.IsIPv4MappedToIPv6) // all of IPv4 is in one /64 of these
            return client.MapToIPv4();
        var octets = client.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }
}
