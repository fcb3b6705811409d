using System.Net;

namespace Namesake.Network.Tests.RealServers;

/// <summary>An authoritative PowerDNS on loopback that serves zone files.</summary>
internal static class RealPowerDns
{
    /// <param name="folder">For its configuration and its socket.</param>
    public static async Task<RealProgram> StartAsync(string folder, IPEndPoint at, IEnumerable<(string Name, string File)> zones)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "zones.conf"), string.Join('\n', zones.Select(zone => $"zone \"{zone.Name}\" {{ type master; file \"{zone.File}\"; }};")) + "\n");
        // Without "security-poll-suffix=" it would ask its makers' zone whether it is up to date.
        await File.WriteAllTextAsync(Path.Combine(folder, "pdns.conf"), $"""
            launch=bind
            bind-config={folder}/zones.conf
            local-address={at.Address}
            local-port={at.Port}
            socket-dir={folder}
            write-pid=no
            daemon=no
            guardian=no
            disable-axfr=yes
            security-poll-suffix=
            receiver-threads=1
            distributor-threads=1

            """);
        var program = await RealProgram.StartAsync("operating unthreaded", "pdns_server", $"--config-dir={folder}"); // what it says last with one thread
        Assert.Contains(" 0 rejected, ", program.Said, StringComparison.Ordinal);
        return program;
    }
}
