using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

/// <summary>What to send to who can write a record that we can't: complete, so that nobody has to ask back.</summary>
internal static class Tickets
{
    public static string ForPointer(IPAddress address, DomainName owner, HostName name, DomainName zone, IReadOnlyCollection<string> held, bool leads) =>
        $"""
        Please set the reverse DNS of {address}, as its only PTR record:
        {owner}. PTR {name}.
        (zone {zone}; there is {(held.Count == 0 ? "none now" : $"{string.Join(", ", held)} now")})
        {(leads ? $"The name leads to the address already or will before you set it: dig {(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "A" : "AAAA")} {name}" : $"{name} will lead to {address} when this is set; we will tell you.")}
        """;

    public static string ForAddress(HostName name, string type, IReadOnlyCollection<IPAddress> missing, DomainName zone) =>
        $"""
        Please add to the zone {zone}:
        {string.Join('\n', missing.Select(address => $"{name}. {type} {address}"))}
        It is the name our mail server says in EHLO; other records of this name stay as they are.
        """;

    public static string ForDelegation(DomainName zone, DomainName parent, IReadOnlyCollection<DomainName> servers) =>
        $"""
        Please delegate the zone {zone} in {parent} to our name servers:
        {string.Join('\n', servers.Select(server => $"{zone}. NS {server}."))}
        """;
}
