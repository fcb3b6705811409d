using System.Text.Json;
using System.Text.Json.Nodes;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>A program of its own process that keeps zones in files.</summary>
public sealed class ProgramZones : IWrittenZones
{
    private static readonly string Script = Path.Combine(RealProgram.Root, "tests", "Namesake.Network.Tests", "Dns", "Providers", "file_zones.py");

    private readonly string _folder = Directory.CreateTempSubdirectory("namesake-program-").FullName;

    public ProgramZones()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), "right");
        File.WriteAllText(Path.Combine(_folder, "acme.example.json"), """{"ns1.acme.example A":{"ttl":300,"values":["192.0.2.53"]},"alias.acme.example CNAME":{"ttl":300,"values":["ns1.acme.example."]}}""");
        File.WriteAllText(Path.Combine(_folder, "113.0.203.in-addr.arpa.json"), """{"1.113.0.203.in-addr.arpa PTR":{"ttl":300,"values":["Gateway.Acme.Example."]}}""");
        Provider = At("python3", Script, _folder, "right");
        WithWrongSecret = At("python3", Script, _folder, "wrong");
        Nowhere = At("python3", Script, Path.Combine(_folder, "nowhere"), "right");
    }

    public IDnsProvider Provider { get; }

    public IDnsProvider? WithWrongSecret { get; }

    public IDnsProvider? Nowhere { get; }

    public Task StartedAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "there is no python3");
        return Task.CompletedTask;
    }

    internal static ProgramProvider At(params string[] command) => At(TimeSpan.FromSeconds(30), command);

    internal static ProgramProvider At(TimeSpan timeout, params string[] command) => new(
        new ProgramSettings { Id = "files", Command = [.. command], Timeout = timeout, IsAtomic = true, MostPerWrite = 10, Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa")] }, TimeProvider.System);

    public async Task<string> ContentAsync(string zone)
    {
        var records = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, $"{zone}.json")))!.AsObject();
        return string.Join('\n', records.Select(record => JsonSerializer.Serialize(record)).Order(StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class ProgramContract(ProgramZones zones) : ProviderContract(zones), IClassFixture<ProgramZones>;
