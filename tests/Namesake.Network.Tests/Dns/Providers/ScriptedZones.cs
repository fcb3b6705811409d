using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Texts;
using Namesake.Core.Plans;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>Scripts of plans in a real PowerShell, with the cmdlets of Windows' module DnsServer played over a file: their grammar, what they look at first and what they write, not Windows itself.</summary>
public sealed class ScriptedZones : TextZones
{
    private static readonly string PowerShell = Path.Combine(RealProgram.Root, "artifacts", "powershell", "pwsh");

    private int _scripts;

    public ScriptedZones() => File.WriteAllText(Store, """
        [{"zone":"acme.example","name":"ns1","type":"A","ttl":300,"value":"192.0.2.53"},{"zone":"acme.example","name":"alias","type":"CNAME","ttl":300,"value":"ns1.acme.example."},
         {"zone":"113.0.203.in-addr.arpa","name":"1","type":"PTR","ttl":300,"value":"Gateway.Acme.Example."}]
        """);

    private string Store => Path.Combine(Folder, "zones.json");

    public override Task StartedAsync()
    {
        Assert.SkipUnless(File.Exists(PowerShell), "there is no PowerShell; run build/install-test-packages");
        return Task.CompletedTask;
    }

    public override async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        var (code, said) = await RunAsync(changes);
        return code == 0 ? new WriteResult.Done(said) : said.Contains("Nothing was changed.", StringComparison.Ordinal) ? new WriteResult.Conflict(said) : new WriteResult.Refused(said);
    }

    /// <param name="more">Arguments of the script.</param>
    internal Task<(int Code, string Output)> RunAsync(ImmutableArray<Change> changes, params string[] more)
    {
        var plan = new Plan { Id = PlanId.New(PlanKind.Dns, DateTimeOffset.UnixEpoch, 1), Kind = PlanKind.Dns, Node = "relay1", Limits = new PlanLimits(), MadeAt = DateTimeOffset.UnixEpoch, Steps = [new PlanStep("records", changes, true)] };
        var script = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"plan-{Interlocked.Increment(ref _scripts)}.ps1"));
        File.WriteAllText(script, PowerShellText.Of(plan, plan.Steps));
        var start = new ProcessStartInfo(PowerShell, ["-NoProfile", "-NonInteractive", "-File", script, "-ComputerName", "dc1.acme.example", .. more]);
        start.Environment["PSModulePath"] = Path.Combine(RealProgram.Root, "tests", "Namesake.Network.Tests", "Dns", "Providers");
        start.Environment["NAMESAKE_ZONES"] = Store;
        start.Environment["NAMESAKE_ZONE_NAMES"] = string.Join(',', Traits.Zones);
        start.Environment["NO_COLOR"] = "1";
        (start.Environment["POWERSHELL_TELEMETRY_OPTOUT"], start.Environment["POWERSHELL_UPDATECHECK"], start.Environment["HOME"]) = ("1", "Off", Folder);
        return RunAsync(start);
    }

    public override async Task<string> ContentAsync(string zone) => string.Join('\n', (await RecordsAsync(zone)).Select(record => record.ToString()).Order(StringComparer.Ordinal));

    protected override async Task<IReadOnlyList<(string Owner, int Ttl, string Type, string Value)>> RecordsAsync(string zone) =>
    [
        .. JsonNode.Parse(await File.ReadAllTextAsync(Store))!.AsArray().Where(record => (string)record!["zone"]! == zone)
            .Select(record => ($"{record!["name"]}.{zone}", (int)record["ttl"]!, (string)record["type"]!, (string)record["value"]!)),
    ];
}

public sealed class PowerShellContract(ScriptedZones zones) : ProviderContract(zones), IClassFixture<ScriptedZones>
{
    [Fact]
    public async Task With_WhatIf_it_says_what_it_would_do_and_changes_nothing()
    {
        await zones.StartedAsync();
        var before = await zones.ContentAsync(Forward);
        var (code, said) = await zones.RunAsync([Change(Forward, $"whatif.{Forward}", RecordType.A, null, RecordSet.Of(3600, "192.0.2.99"))], "-WhatIf");
        Assert.True(code == 0, said);
        Assert.Contains("A whatif in acme.example", said, StringComparison.Ordinal);
        Assert.Equal(before, await zones.ContentAsync(Forward));
    }

    [Fact]
    public async Task Quotes_in_a_name_are_data_and_no_script()
    {
        await zones.StartedAsync();
        var change = Change(Reverse, $"250.{Reverse}", RecordType.Ptr, null, RecordSet.Of(3600, "o'brien\u2019$(exit 7).host.example."));
        var (code, said) = await zones.RunAsync([change]);
        Assert.True(code == 0, said);
        Assert.Contains("o'brien\u2019$(exit 7).host.example.", await zones.ContentAsync(Reverse), StringComparison.Ordinal);
        Assert.Equal(0, (await zones.RunAsync([change.Inverse()])).Code);
    }
}
