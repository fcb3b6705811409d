using System.Globalization;
using System.Net;
using Namesake.Network.Tests.RealServers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>Resolvers as the world has them: each in another network, which is what tells operators apart. Two Unbounds, a BIND that goes its own way from the root, and one that never answers.</summary>
internal sealed class WorldResolvers : IAsyncDisposable
{
    private readonly Dictionary<string, IPEndPoint> _endPoints = new[] { ("north", "127.1.0.53"), ("south", "127.2.0.53"), ("east", "127.0.0.1"), ("silent", "127.3.0.53") }
        .ToDictionary(each => each.Item1, each => new IPEndPoint(IPAddress.Parse(each.Item2), RealProgram.FreePort(each.Item2)));

    private readonly List<RealProgram> _programs = [];
    private BrokenNameServer? _silent;

    /// <summary>The networks they are in.</summary>
    public static IPRange[] Networks { get; } = [IPRange.Parse("127.1.0.0/24"), IPRange.Parse("127.2.0.0/24"), IPRange.Parse("127.3.0.0/24"), IPRange.Parse("127.0.0.1/32")];

    public IPEndPoint this[string name] => _endPoints[name];

    /// <param name="folder">Holds "anchors", the keys that are trusted.</param>
    /// <param name="atSouth">Lines of what "south" says in the servers' place.</param>
    public async Task StartAsync(string folder, int authoritativePort, IReadOnlyCollection<(string Zone, IPEndPoint Server)> served, IEnumerable<string> atSouth)
    {
        _silent = new BrokenNameServer(_endPoints["silent"], Failing.Silent);
        _programs.AddRange(await Task.WhenAll(
            RealUnbound.StartAsync(folder, _endPoints["north"], served, "qname-minimisation: no"),
            RealUnbound.StartAsync(folder, _endPoints["south"], served, ["qname-minimisation: no", .. atSouth]),
            StartBindAsync(Directory.CreateDirectory(Path.Combine(folder, "east")).FullName, Path.Combine(folder, "anchors"), authoritativePort)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        if (_silent is not null)
            await _silent.DisposeAsync();
    }

    // "port" is where it asks others: with it BIND walks down from the root as it would on port 53.
    private async Task<RealProgram> StartBindAsync(string folder, string anchors, int authoritativePort)
    {
        var trusted = (await File.ReadAllLinesAsync(anchors)).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 6)
            .Select(words => $"{words[0]} static-ds {words[3]} {words[4]} {words[5]} \"{string.Concat(words[6..])}\";");
        await File.WriteAllTextAsync(Path.Combine(folder, "hints"), ". 3600 NS ns1.host.example.\nns1.host.example. 3600 A 127.0.0.1\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "named.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            options { directory "{{folder}}"; pid-file none; session-keyfile none; port {{authoritativePort}};
              listen-on port {{_endPoints["east"].Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion yes; dnssec-validation yes; empty-zones-enable no; qname-minimization off; notify no; };
            controls { };
            trust-anchors { {{string.Join(' ', trusted)}} };
            zone "." { type hint; file "hints"; };

            """));
        return await RealProgram.StartAsync("all zones loaded", "named", "-g", "-c", Path.Combine(folder, "named.conf"));
    }
}
