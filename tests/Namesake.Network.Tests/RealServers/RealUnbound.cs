using System.Net;

namespace Namesake.Network.Tests.RealServers;

/// <summary>How every Unbound of these tests is run: on loopback, validating by the keys in "anchors", asking nobody but the servers it is told.</summary>
internal static class RealUnbound
{
    /// <param name="folder">For its configuration; holds the file "anchors" with the DS records it trusts.</param>
    /// <param name="served">Who serves which zone. It knows no other port than 53 where it is referred to somebody, so each zone is named.</param>
    /// <param name="more">Further lines of its "server" clause.</param>
    public static async Task<RealProgram> StartAsync(string folder, IPEndPoint at, IEnumerable<(string Zone, IPEndPoint Server)> served, params IEnumerable<string> more)
    {
        var file = Path.Combine(folder, $"unbound-{at.Address}.conf");
        await File.WriteAllTextAsync(file, $$"""
            server:
              interface: {{at.Address}}
              port: {{at.Port}}
              chroot: ""
              username: ""
              directory: "{{folder}}"
              pidfile: ""
              use-syslog: no
              do-not-query-localhost: no
              module-config: "validator iterator"
              trust-anchor-file: "{{folder}}/anchors"
              unblock-lan-zones: yes
              harden-below-nxdomain: no
            {{string.Join('\n', more.Select(line => $"  {line}"))}}
            {{string.Join('\n', served.Select(zone => $"stub-zone:\n  name: \"{zone.Zone}\"\n  stub-addr: {zone.Server.Address}@{zone.Server.Port}"))}}

            """);
        return await RealProgram.StartAsync("start of service", "unbound", "-d", "-d", "-c", file);
    }
}
