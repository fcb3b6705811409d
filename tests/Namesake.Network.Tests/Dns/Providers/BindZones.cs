using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A BIND that takes signed updates.</summary>
public sealed class BindZones : SignedZones
{
    private protected override string Program => "named";

    private protected override async Task<RealProgram> StartedServerAsync()
    {
        if (!File.Exists(Path.Combine(Folder, "acme")))
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "acme"), ForwardText);
            await File.WriteAllTextAsync(Path.Combine(Folder, "reverse"), ReverseText);
        }

        await File.WriteAllTextAsync(Path.Combine(Folder, "named.conf"), $$"""
            key "namesake" { algorithm hmac-sha256; secret "{{SecretText}}"; };
            options { directory "{{Folder}}"; pid-file none; session-keyfile none; listen-on port {{Server.Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; allow-transfer { 127.0.0.1; }; };
            controls { };
            zone "acme.example" { type primary; file "acme"; allow-update { key "namesake"; }; };
            zone "113.0.203.in-addr.arpa" { type primary; file "reverse"; update-policy { grant namesake zonesub PTR; }; };
            """);
        // "running" alone is said before anything listens: "running as: named -g".
        return await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(Folder, "named.conf"));
    }
}

public sealed class BindContract(BindZones zones) : ProviderContract(zones), IClassFixture<BindZones>;
