using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>The lab's authoritative DNS: a primary and a secondary BIND, changed as an operator changes it, by nsupdate with a TSIG key.</summary>
public sealed class Authority : IAsyncDisposable
{
    private readonly LabHost _host;
    private readonly LabHost _secondaryHost;
    private readonly ConcurrentDictionary<(string Name, string Type), bool> _changed = new();
    private bool _isCut;
    private bool _isZoneSilent;

    private Authority(LabHost host, LabHost secondaryHost, NameServer primary, NameServer secondary, string key)
    {
        _host = host;
        _secondaryHost = secondaryHost;
        Primary = primary;
        Secondary = secondary;
        Key = key;
    }

    public NameServer Primary { get; }

    public NameServer Secondary { get; }

    /// <summary>The TSIG secret of the key named <c>lab</c> (hmac-sha256), in base 64. <c>guest</c> has the same, and may change nothing.</summary>
    public string Key { get; }

    public static async Task<Authority> StartAsync(LabHost primary, LabHost secondary)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await File.WriteAllTextAsync(Path.Combine(primary.Folder, "lab.key"), $"key lab {{ algorithm hmac-sha256; secret \"{key}\"; }};\n");
        var authority = new Authority(primary, secondary, await NameServer.StartAsync(primary, primary: true, key), await NameServer.StartAsync(secondary, primary: false, key), key);
        await authority.AgreeAsync(LabZones.All);
        return authority;
    }

    /// <summary>Gives <paramref name="name"/> exactly these records of one type (none: removes them) and waits until both servers say so.</summary>
    /// <param name="data">As in a zone file: names with final dot.</param>
    public async Task SetAsync(string name, string type, params IReadOnlyList<string> data)
    {
        _changed[(name, type)] = true;
        var zone = LabZones.Of(name);
        var update = new StringBuilder($"server {LabPlan.Names}\nzone {zone.Origin}.\nupdate delete {name}. {type}\n");
        foreach (var value in data)
        {
            update.Append(System.Globalization.CultureInfo.InvariantCulture, $"update add {name}. {LabZone.TimeToLive} {type} {value}\n");
        }

        (await _host.FeedAsync(update.Append("send\n").ToString(), "nsupdate", "-k", Path.Combine(_host.Folder, "lab.key"))).MustSucceed();
        if (!Secondary.IsSilent && !_isCut)
        {
            await AgreeAsync([zone]);
        }
    }

    public Task SetPointerAsync(IPAddress address, params IEnumerable<string> names) => SetAsync(Reverse.NameOf(address), "PTR", [.. names.Select(name => $"{name}.")]);

    public Task RemovePointerAsync(IPAddress address) => SetPointerAsync(address);

    public Task RestorePointerAsync(IPAddress address) => RestoreAsync(Reverse.NameOf(address), "PTR");

    /// <summary>Gives a name back what the lab's plan has for it.</summary>
    public async Task RestoreAsync(string name, string type)
    {
        await SetAsync(name, type, LabZones.Planned(name, type));
        _changed.TryRemove((name, type), out _);
    }

    /// <summary>Lets questions about one zone, and no other, go unanswered by both servers until the reset (over UDP, which is how all of them come).</summary>
    public async Task SilenceAsync(LabZone zone)
    {
        var names = new[] { zone.Origin }.Concat(zone.Records.Select(record => record.Name)).Distinct();
        var rules = string.Concat(names.Select(Wire).Select(wire => $"udp dport 53 @th,160,{wire.Length * 4} 0x{wire} drop\n"));
        foreach (var host in new[] { _host, _secondaryHost })
        {
            (await host.FeedAsync($"table inet silence {{ chain in {{ type filter hook input priority filter;\n{rules}}}\n}}\n", "nft", "-f", "-")).MustSucceed();
        }

        _isZoneSilent = true;
    }

    /// <summary>Cuts the secondary off from the primary: it goes on answering, with what it knows.</summary>
    public async Task CutSecondaryOffAsync()
    {
        await _secondaryHost.IpAsync($"route add blackhole {LabPlan.Names}");
        _isCut = true;
    }

    public async Task ReconnectSecondaryAsync()
    {
        if (_isCut)
        {
            await _secondaryHost.IpAsync($"route del blackhole {LabPlan.Names}");
            await Secondary.RestartAsync();
            _isCut = false;
            await AgreeAsync(LabZones.All);
        }
    }

    /// <summary>All that the primary holds of the zones, as a transfer tells it; but for the SOA, whose serial counts every change. Sorted, for a server that was started anew transfers a name's records in another order.</summary>
    public async Task<string> ContentsAsync()
    {
        var contents = await Task.WhenAll(LabZones.All.Select(zone => _host.RunAsync("dig", "-k", Path.Combine(_host.Folder, "lab.key"), "+noall", "+answer", "+onesoa", "+tries=1", $"@{LabPlan.Names}", $"{zone.Origin}.", "AXFR")));
        Assert.All(contents, zone => Assert.Contains("\tSOA\t", zone.Output, StringComparison.Ordinal));
        return string.Join('\n', contents.SelectMany(zone => zone.Output.Split('\n')).Where(line => !line.Contains("\tSOA\t", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>A name that somebody else is going to change: it is as planned again after the reset.</summary>
    public void WillChange(string name, string type) => _changed[(name, type)] = true;

    /// <summary>Undoes every change, wakes both servers and joins them.</summary>
    public async Task ResetAsync()
    {
        Primary.Speak();
        Secondary.Speak();
        if (_isZoneSilent)
        {
            (await _host.RunAsync("nft", "delete", "table", "inet", "silence")).MustSucceed();
            (await _secondaryHost.RunAsync("nft", "delete", "table", "inet", "silence")).MustSucceed();
            _isZoneSilent = false;
        }

        await ReconnectSecondaryAsync();
        foreach (var (name, type) in _changed.Keys)
        {
            await RestoreAsync(name, type);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Secondary.DisposeAsync();
    }

    // Where a question's name stands: behind the headers of UDP (8 octets) and of DNS (12), as labels with their lengths. nft compares at most 16 octets.
    private static string Wire(string name) =>
        string.Concat(name.Split('.').Select(label => $"{label.Length:x2}{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(label))}"))[..Math.Min(32, name.Length * 2 + 2)];

    private Task AgreeAsync(IReadOnlyList<LabZone> zones) =>
        Eventually.TrueAsync(
            $"both name servers have the same of {string.Join(", ", zones.Select(zone => $"{zone.Origin}."))}",
            async () => (await SerialsAsync(LabPlan.Names, zones)).SequenceEqual(await SerialsAsync(LabPlan.Names2, zones)) || await NotifyAsync(zones),
            within: TimeSpan.FromSeconds(90),
            seen: () => $"primary:\n{Primary.Log}\nsecondary:\n{Secondary.Log}");

    // A NOTIFY (RFC 1996) that came while the secondary was cut off or being restarted is lost, and BIND asks by itself only when the zone's refresh is over.
    private async Task<bool> NotifyAsync(IReadOnlyList<LabZone> zones)
    {
        foreach (var zone in zones)
        {
            await _host.RunAsync("dig", "+opcode=notify", "+norecurse", "+aaflag", "+tries=1", "+time=1", "-b", $"{LabPlan.Names}", $"@{LabPlan.Names2}", $"{zone.Origin}.", "SOA");
        }

        return false;
    }

    private async Task<IReadOnlyList<string>> SerialsAsync(IPAddress server, IReadOnlyList<LabZone> zones)
    {
        var questions = zones.SelectMany(zone => new[] { $"{zone.Origin}.", "SOA" });
        var answer = await _host.RunAsync("dig", ["+short", "+tries=1", "+time=2", $"@{server}", .. questions]);
        var serials = answer.Output.Split('\n').Where(line => line.StartsWith("ns1.", StringComparison.Ordinal)).ToArray();

        // Two servers that both say nothing are not in agreement.
        return serials.Length == zones.Count ? serials : [$"{server}: {answer.Output}"];
    }
}
