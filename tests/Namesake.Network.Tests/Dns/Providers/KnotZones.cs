using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A Knot DNS that takes signed updates. "query" lets it sign the answers to signed questions.</summary>
public sealed class KnotZones : SignedZones
{
    private protected override string Program => "knotd";

    private protected override async Task<RealProgram> StartedServerAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "acme"), "$ORIGIN acme.example.\n" + ForwardText);
        await File.WriteAllTextAsync(Path.Combine(Folder, "reverse"), "$ORIGIN 113.0.203.in-addr.arpa.\n" + ReverseText);
        await File.WriteAllTextAsync(Path.Combine(Folder, "knot.conf"), $$"""
            server:
              rundir: "{{Folder}}"
              listen: 127.0.0.1@{{Server.Port}}
            database:
              storage: "{{Folder}}"
              journal-db-max-size: 20M
            log:
              - target: stderr
                any: info
            key:
              - id: namesake
                algorithm: hmac-sha256
                secret: {{SecretText}}
            acl:
              - id: namesake
                key: namesake
                action: [query, update]
              - id: transfer
                address: 127.0.0.1
                action: transfer
            template:
              - id: default
                storage: "{{Folder}}"
                acl: [namesake, transfer]
            zone:
              - domain: acme.example
                file: acme
              - domain: 113.0.203.in-addr.arpa
                file: reverse
            """);
        // Said when the zones are loaded: async-start is off unless asked for.
        return await RealProgram.StartAsync("server started", "knotd", "-c", Path.Combine(Folder, "knot.conf"));
    }
}

public sealed class KnotContract(KnotZones zones) : ProviderContract(zones), IClassFixture<KnotZones>;
