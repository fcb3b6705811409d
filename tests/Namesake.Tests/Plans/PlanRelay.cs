using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Plans;
using Namesake.Demo;
using Namesake.Plans;
using Namesake.Storage.Plans;
using Namesake.Tests.Api;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Plans;

/// <summary>A relay with its API, zones in a folder and a name server in this process that shows them. The relay is in this process too, or one of its own.</summary>
internal sealed class PlanRelay : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly DemoDnsServer _dns;
    private readonly IFirewall? _firewall;
    private readonly HttpClient _http;
    private readonly int _port = FreePort();
    private PlanRecovery? _recovery;
    private RelayHost? _host;
    private Process? _process;

    /// <param name="firewall">As firewalls.edge of the configuration; null: there is none.</param>
    public PlanRelay(IFirewall? firewall = null)
    {
        _firewall = firewall;
        var zones = new DemoZones();
        foreach (var zone in new[] { "acme.example", "127.in-addr.arpa" })
            zones.AddZone(zone, TimeSpan.FromSeconds(1), "ns.acme.example");
        zones.SetRecord("ns.acme.example", RecordType.A, "127.0.0.1");
        _dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Authoritative, TimeProvider.System);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") };
        Config = _directory.Write("namesake.yaml", $$"""
            node: relay1
            data: data
            listeners: [ { address: "127.0.0.1:0", brand: acme, relayFrom: ["127.0.0.0/8"] } ]
            brands: [ { id: acme, senderDomains: [acme.example], sources: [acme-1, acme-2] } ]
            sources:
              - { id: acme-1, localAddress: 127.0.10.5, publicAddress: 127.0.10.5, ehlo: mail.acme.example }
              - { id: acme-2, localAddress: 127.0.10.6, publicAddress: 127.0.10.6, ehlo: post.acme.example }
            resolvers: ["{{_dns.EndPoint}}"]
            dns: { authoritativePort: {{_dns.EndPoint.Port}} }
            api: { address: "127.0.0.1:{{_port}}" }
            treatAsPublic: [127.0.0.0/8]
            plans: { undoAfter: 10s, seenWithin: 5s }
            {{(firewall is null ? "" : "firewalls: [ { id: edge, kind: nftables } ]")}}
            """);
        Directory.CreateDirectory(Zones);
        Store = new PlanFiles(Path.Combine(_directory.Path, "data"), TimeProvider.System);
    }

    public string Config { get; }

    public PlanFiles Store { get; }

    public string Zones => Path.Combine(_directory.Path, "data", "zones");

    public string Picture => string.Join('\n', Directory.GetFiles(Zones, "*.record").Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {string.Join(' ', File.ReadAllLines(file))}"));

    /// <summary>What is there before any plan.</summary>
    public void SetRecord(string name, RecordType type, string value)
    {
        File.WriteAllLines(Path.Combine(Zones, $"{name} {type}.record"), ["300", value]);
        _dns.Zones.SetRecord(name, type, value);
    }

    public void StopAt(string place) => File.WriteAllText(Path.Combine(Zones, place), "");

    public void GoOn(string place) => File.Delete(Path.Combine(Zones, place));

    public async Task StartAsync()
    {
        var configuration = new ConfigurationReader().Read(Config).Configuration!;
        PlanMakers makers = new([(_, _) => [new FolderZones(Zones, Show)]], [(_, _) => _firewall is null ? [] : [_firewall]]) { BeforeVerb = [Program.AsNamesake] };
        _recovery = new PlanRecovery(configuration, makers, TimeProvider.System, NullLogger.Instance);
        _host = new RelayHost(configuration, TimeProvider.System, NullLoggerFactory.Instance) { Recovery = _recovery, Makers = makers };
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        _recovery?.Dispose();
        (_host, _recovery) = (null, null);
    }

    /// <summary>The relay as a process of its own, that can be killed.</summary>
    /// <param name="before">A program that starts it with other rights.</param>
    public async Task<Process> StartProcessAsync(params string[] before)
    {
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(PlanRelay).Assembly.Location] : [Environment.ProcessPath!];
        string[] line = [.. before, .. self, Program.AsNamesake, "run", "--config", Config];
        _process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = _directory.Path })!;
        await UntilAsync("the API answers", async () =>
        {
            Assert.False(_process.HasExited);
            try
            {
                return (await GetAsync("status")).Status == HttpStatusCode.OK;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or IOException)
            {
                return false;
            }
        });
        return _process;
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, "api/v1/" + path), TestContext.Current.CancellationToken);

    public Task<ApiAnswer> PostAsync(string path, string? json = null) => PostAsync(path, json, TestContext.Current.CancellationToken);

    public Task<ApiAnswer> PostAsync(string path, string? json, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/v1/" + path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") }, cancellation);

    /// <summary>Makes a plan by the API.</summary>
    public async Task<JsonElement> PlanAsync(string body = "{}")
    {
        var made = await PostAsync("plans/dns", body);
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var plan = JsonDocument.Parse(made.Text).RootElement;
        Assert.Equal($"/api/v1/plans/{IdOf(plan)}", made.Headers.Location?.ToString());
        return plan;
    }

    public static string IdOf(JsonElement details) => details.GetProperty("summary").GetProperty("id").GetString()!;

    /// <summary>Begins a verb, which must be taken.</summary>
    public async Task BeginAsync(string plan, string verb, string body = "{}")
    {
        var answer = await PostAsync($"plans/{plan}/{verb}", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{(int)answer.Status}: {answer.Text}");
        Assert.Equal($"/api/v1/plans/{plan}", answer.Headers.Location?.ToString());
    }

    /// <summary>A plan when what was asked for has ended.</summary>
    public async Task<JsonElement> EndedAsync(string plan)
    {
        JsonElement found = default;
        await UntilAsync("it ends", async () => (found = (await GetAsync($"plans/{plan}")).Json).GetProperty("work").GetProperty("ended").ValueKind == JsonValueKind.String);
        return found;
    }

    public static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"it never came to that: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public Task WrittenAsync(int number) => UntilAsync($"write {number}", () => Task.FromResult(File.Exists(Path.Combine(Zones, $"written-{number}"))));

    public async ValueTask DisposeAsync()
    {
        foreach (var place in Directory.GetFiles(Zones, "*-*").Where(file => Path.GetFileName(file) is ['b', 'e', 'f', ..] or ['a', 'f', 't', ..]))
            File.Delete(place);
        await StopAsync();
        if (_process is { HasExited: false })
            _process.Kill();
        if (_process is not null)
            await _process.WaitForExitAsync();
        _process?.Dispose();
        _http.Dispose();
        await _dns.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(_directory.Path, "data", "api.token"), cancellation)).Trim());
            using var response = await _http.SendAsync(request, cancellation);
            return new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(cancellation), response.Headers, response.Content.Headers);
        }
    }

    private void Show(RecordChange change)
    {
        if (change.New is { } set)
            _dns.Zones.SetRecord(change.Name.Value, change.Type, TimeSpan.FromSeconds(set.Ttl), [.. set.Values]);
        else
            _dns.Zones.RemoveRecord(change.Name.Value, change.Type);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
