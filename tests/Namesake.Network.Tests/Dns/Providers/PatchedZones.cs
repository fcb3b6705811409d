using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Namesake.Core.Dns.Texts;
using Namesake.Core.Plans;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>Zone files that are changed by patch(1), and that BIND's named-checkzone must accept each time.</summary>
public sealed class PatchedZones : TextZones
{
    public PatchedZones()
    {
        File.WriteAllText(Of("acme.example"), "$TTL 300\n$ORIGIN acme.example.\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n\tNS ns1\nns1\tA 192.0.2.53\nalias CNAME ns1\n");
        File.WriteAllText(Of("113.0.203.in-addr.arpa"), "$TTL 300\n@ IN SOA ns1.acme.example. hostmaster.acme.example. (\n 1 ; serial\n 3600 600 86400 60 )\n@ NS ns1.acme.example.\n1 PTR Gateway.Acme.Example.\n");
    }

    public override Task StartedAsync()
    {
        RealProgram.SkipUnlessUnpacked("named-checkzone");
        Assert.SkipUnless(File.Exists("/usr/bin/patch"), "there is no patch(1)");
        return Task.CompletedTask;
    }

    public override async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        var file = Of(zone.Value);
        if (!File.Exists(file))
            return new WriteResult.Refused($"there is no zone {zone}");
        var before = await File.ReadAllTextAsync(file, cancellation);
        var (patch, fault) = ZoneFilePatch.Make(file, before, zone, changes.Cast<RecordChange>());
        if (fault is not null)
            return new WriteResult.Conflict(fault);
        if (patch!.Length == 0)
            return new WriteResult.Done("") { WasSo = true };
        var (code, said) = await RunAsync(new ProcessStartInfo("patch", ["--fuzz=0", file]), patch);
        Assert.True(code == 0, said);
        Assert.True(Serial(await File.ReadAllTextAsync(file, cancellation)) == Serial(before) + 1, patch);
        await CanonicalAsync(zone.Value);
        return new WriteResult.Done("");
    }

    public override async Task<string> ContentAsync(string zone) =>
        string.Join('\n', (await CanonicalAsync(zone)).Where(line => !line.Contains("\tSOA\t", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    protected override async Task<IReadOnlyList<(string Owner, int Ttl, string Type, string Value)>> RecordsAsync(string zone) =>
        [.. (await CanonicalAsync(zone)).Select(line => line.Split('\t')).Select(part => (part[0].TrimEnd('.').ToLowerInvariant(), int.Parse(part[1], CultureInfo.InvariantCulture), part[3], part[4]))];

    private string Of(string zone) => Path.Combine(Folder, zone);

    private static uint Serial(string file) => uint.Parse(file.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word != "SOA").Skip(3).First(word => word != "("), CultureInfo.InvariantCulture);

    /// <summary>As named-checkzone reads it: one line for each record, all of it absolute.</summary>
    private async Task<IReadOnlyList<string>> CanonicalAsync(string zone)
    {
        var (code, said) = await RunAsync(new ProcessStartInfo(Path.Combine(RealProgram.Root, "build", "with-test-packages"), ["named-checkzone", "-D", "-q", "-i", "none", "-o", "-", zone, Of(zone)]));
        Assert.True(code == 0, said);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join('\t', line.Split([' ', '\t'], 5, StringSplitOptions.RemoveEmptyEntries)))];
    }
}

public sealed class ZoneFileContract(PatchedZones zones) : ProviderContract(zones), IClassFixture<PatchedZones>;
