using System.Globalization;
using System.Text;
using Namesake.Network.Tests.RealServers;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A PowerDNS with zones in SQLite, which takes signed updates and has its API switched on.</summary>
public class PowerDnsZones : SignedZones
{
    internal const string ApiKey = "a-key-of-this-test";

    internal int ApiPort { get; } = RealProgram.FreePort("127.0.0.1");

    private protected override string Program => "pdns_server";

    private protected override async Task<RealProgram> StartedServerAsync()
    {
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"insert into tsigkeys (name, algorithm, secret) values ('namesake', 'hmac-sha256', '{SecretText}');\n");
        Zone(script, 1, "acme.example", [("acme.example", "SOA", "ns1.acme.example hostmaster.acme.example 1 3600 600 86400 60"), ("acme.example", "NS", "ns1.acme.example"), ("ns1.acme.example", "A", "192.0.2.53"), ("alias.acme.example", "CNAME", "ns1.acme.example")]);
        Zone(script, 2, "113.0.203.in-addr.arpa", [("113.0.203.in-addr.arpa", "SOA", "ns1.acme.example hostmaster.acme.example 1 3600 600 86400 60"), ("113.0.203.in-addr.arpa", "NS", "ns1.acme.example"), ("1.113.0.203.in-addr.arpa", "PTR", "Gateway.Acme.Example")]);
        await File.WriteAllTextAsync(Path.Combine(Folder, "zones.sql"), script.ToString());
        // The schema is the package's own; Python has SQLite in its standard library.
        await RealProgram.RunAsync("python3", "-c", "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); [d.executescript(open(f).read()) for f in sys.argv[2:]]; d.commit()",
            Path.Combine(Folder, "zones.sqlite"), "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql", Path.Combine(Folder, "zones.sql"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "pdns.conf"), $$"""
            launch=gsqlite3
            gsqlite3-database={{Folder}}/zones.sqlite
            gsqlite3-dnssec=yes
            socket-dir={{Folder}}
            local-address=127.0.0.1
            local-port={{Server.Port}}
            dnsupdate=yes
            allow-dnsupdate-from=127.0.0.0/8
            allow-axfr-ips=127.0.0.0/8
            api=yes
            api-key={{ApiKey}}
            webserver=yes
            webserver-address=127.0.0.1
            webserver-port={{ApiPort}}
            webserver-allow-from=127.0.0.0/8
            security-poll-suffix=
            loglevel=4
            """);
        return await RealProgram.StartAsync("About to create", "pdns_server", $"--config-dir={Folder}", "--guardian=no", "--daemon=no", "--disable-syslog", "--write-pid=no");
    }

    private static void Zone(StringBuilder script, int id, string zone, (string Name, string Type, string Content)[] records)
    {
        script.Append(CultureInfo.InvariantCulture, $"insert into domains (id, name, type) values ({id}, '{zone}', 'NATIVE');\ninsert into domainmetadata (domain_id, kind, content) values ({id}, 'TSIG-ALLOW-DNSUPDATE', 'namesake');\n");
        foreach (var (name, type, content) in records)
            script.Append(CultureInfo.InvariantCulture, $"insert into records (domain_id, name, type, content, ttl, auth) values ({id}, '{name}', '{type}', '{content}', 300, 1);\n");
    }
}

public sealed class PowerDnsUpdateContract(PowerDnsZones zones) : ProviderContract(zones), IClassFixture<PowerDnsZones>;
