using System.Net;
using System.Security.Cryptography;
using System.Text;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>The lab's authoritative DNS: a primary and a secondary BIND, changed as an operator changes it, by nsupdate with a TSIG key.</summary>
public sealed class Authority : IAsyncDisposable
{
    private readonly LabHost _host;
    private readonly HashSet<(string Name, string Type)> _changed = [];

    private Authority(LabHost host, NameServer primary, NameServer secondary, string key)
    {
        _host = host;
        Primary = primary;
        Secondary = secondary;
        Key = key;
    }

    public NameServer Primary { get; }

    public NameServer Secondary { get; }

    /// <summary>The TSIG secret of the key named <c>lab</c> (hmac-sha256), in base 64.</summary>
    public string Key { get; }

    public static async Task<Authority> StartAsync(LabHost primary, LabHost secondary)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await File.WriteAllTextAsync(Path.Combine(primary.Folder, "lab.key"), $"key lab {{ algorithm hmac-sha256; secret \"{key}\"; }};\n");
        var authority = new Authority(primary, await NameServer.StartAsync(primary, primary: true, key), await NameServer.StartAsync(secondary, primary: false, key), key);
        await Eventually.TrueAsync(
            "both name servers serve every zone",
            async () => (await authority.SerialsAsync(LabPlan.Names, LabZones.All)).SequenceEqual(await authority.SerialsAsync(LabPlan.Names2, LabZones.All)),
            seen: () => $"primary:\n{authority.Primary.Log}\nsecondary:\n{authority.Secondary.Log}");
        return authority;
    }

    /// <summary>Gives <paramref name="name"/> exactly these records of one type (none: removes them) and waits until both servers say so.</summary>
    /// <param name="data">As in a zone file: names with final dot.</param>
    public async Task SetAsync(string name, string type, params IReadOnlyList<string> data)
    {
        _changed.Add((name, type));
        var zone = LabZones.Of(name);
        var update = new StringBuilder($"server {LabPlan.Names}\nzone {zone.Origin}.\nupdate delete {name}. {type}\n");
        foreach (var value in data)
        {
            update.Append(System.Globalization.CultureInfo.InvariantCulture, $"update add {name}. {LabZone.TimeToLive} {type} {value}\n");
        }

        (await _host.FeedAsync(update.Append("send\n").ToString(), "nsupdate", "-k", Path.Combine(_host.Folder, "lab.key"))).MustSucceed();
        if (!Secondary.IsSilent)
        {
            await Eventually.TrueAsync(
                $"the secondary has transferred {zone.Origin}",
                async () => (await SerialsAsync(LabPlan.Names, [zone])).SequenceEqual(await SerialsAsync(LabPlan.Names2, [zone])),
                seen: () => Secondary.Log);
        }
    }

    public Task SetPointerAsync(IPAddress address, params IEnumerable<string> names) => SetAsync(Reverse.NameOf(address), "PTR", [.. names.Select(name => $"{name}.")]);

    public Task RemovePointerAsync(IPAddress address) => SetPointerAsync(address);

    public Task RestorePointerAsync(IPAddress address) => RestoreAsync(Reverse.NameOf(address), "PTR");

    /// <summary>Gives a name back what the lab's plan has for it.</summary>
    public async Task RestoreAsync(string name, string type)
    {
        await SetAsync(name, type, LabZones.Planned(name, type));
        _changed.Remove((name, type));
    }

    /// <summary>Undoes every change and wakes both servers.</summary>
    public async Task ResetAsync()
    {
        Primary.Speak();
        Secondary.Speak();
        foreach (var (name, type) in _changed.ToArray())
        {
            await RestoreAsync(name, type);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Secondary.DisposeAsync();
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
