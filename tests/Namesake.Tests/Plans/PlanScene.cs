using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage.Plans;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Plans;

/// <summary>A configuration, zones in a folder and a plan of two steps, for the program as a process of its own.</summary>
internal sealed partial class PlanScene : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _processes = [];

    public PlanScene(string plans = "undoAfter: 10s", string witnesses = "[]")
    {
        using TcpListener resolver = new(IPAddress.Loopback, 0), api = new(IPAddress.Loopback, 0);
        resolver.Start();
        api.Start();
        Api = new Uri($"http://{api.LocalEndpoint}/");
        Config = _directory.Write("namesake.yaml", $$"""
            node: relay1
            data: data
            listeners: [ { address: "127.0.0.1:0", brand: acme, relayFrom: ["127.0.0.0/8"] } ]
            brands: [ { id: acme, senderDomains: [acme.example], sources: [acme-v4, other-v4] } ]
            sources: [ { id: acme-v4, localAddress: 127.0.0.1, publicAddress: 127.0.0.1, ehlo: mail.acme.example }, { id: other-v4, localAddress: 127.0.0.2, publicAddress: 127.0.0.2, ehlo: other.acme.example } ]
            resolvers: ["{{resolver.LocalEndpoint}}"]
            api: { address: "{{api.LocalEndpoint}}" }
            treatAsPublic: [127.0.0.0/8]
            witnesses: {{witnesses}}
            plans: { {{plans}} }
            """);
        Directory.CreateDirectory(Zones);
        File.WriteAllLines(Path.Combine(Zones, "old.acme.example A.record"), ["60", "127.0.0.9"]);
        Before = Picture;
        Plan = new Plan
        {
            Id = PlanId.New(PlanKind.Dns, new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero), 1), Kind = PlanKind.Dns, Node = "relay1", Limits = new PlanLimits(),
            MadeAt = new DateTimeOffset(2026, 11, 26, 8, 15, 0, TimeSpan.Zero),
            Steps =
            [
                new PlanStep("first", [Change("mail.acme.example", null, RecordSet.Of(300, "127.0.0.1"))], false),
                new PlanStep("second", [Change("old.acme.example", RecordSet.Of(60, "127.0.0.9"), RecordSet.Of(60, "127.0.0.1"))], false),
            ],
        };
        Own(Plan.Changes.OfType<RecordChange>().Single(change => change.Old is not null));
        PlanFile = Path.Combine(_directory.Path, "plan.json");
        File.WriteAllBytes(PlanFile, PlanJson.Write(Plan));
        Store = new PlanFiles(Path.Combine(_directory.Path, "data"), TimeProvider.System);
    }

    public string Config { get; }

    public Uri Api { get; }

    public string Token => File.ReadAllText(Path.Combine(_directory.Path, "data", "api.token")).Trim();

    public string PlanFile { get; }

    public Plan Plan { get; private set; }

    public PlanFiles Store { get; }

    public string Before { get; }

    public string Data => Path.Combine(_directory.Path, "data");

    public string Zones => Path.Combine(_directory.Path, "data", "zones");

    public string Picture => string.Join('\n', Directory.GetFiles(Zones, "*.record").Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {string.Join(' ', File.ReadAllLines(file))}"));

    /// <summary>As if it had been made for both sources; its changes are about one.</summary>
    public void MadeForBoth()
    {
        Plan = Plan with { Wanted = [Identity("acme-v4", "127.0.0.1", "mail.acme.example"), Identity("other-v4", "127.0.0.2", "other.acme.example")] };
        File.WriteAllBytes(PlanFile, PlanJson.Write(Plan));
    }

    /// <summary>Its first step waits for name servers, of which there are none.</summary>
    public void MadeToWait()
    {
        Plan = Plan with { Steps = [Plan.Steps[0] with { WaitsUntilSeen = true }, Plan.Steps[1]] };
        File.WriteAllBytes(PlanFile, PlanJson.Write(Plan));
    }

    /// <summary>Broken off in the middle of a write of a provider that isn't configured any more.</summary>
    public async Task StickAsync()
    {
        Plan = Plan with { Steps = [Plan.Steps[0] with { Changes = [Plan.Steps[0].Changes[0] with { By = "gone" }] }] };
        await Store.KeepAsync(Plan, TestContext.Current.CancellationToken);
        using var hold = await Store.TakeAsync("ann", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await hold!.AppendAsync(Plan.Id, new PlanEntry(DateTimeOffset.UnixEpoch, "ann", PlanEvent.Begun, ""));
        await hold.AppendAsync(Plan.Id, new PlanEntry(DateTimeOffset.UnixEpoch, "ann", PlanEvent.Writing, "") { Changes = [0] });
    }

    /// <summary>What is ours, as it lies on the disk.</summary>
    public PlanRegistry Owned => PlanJournalJson.ReadRegistry(File.ReadAllBytes(Path.Combine(_directory.Path, "data", "plans", "registry.json"))).Registry!;

    /// <summary>As if an earlier plan had made what a change expects.</summary>
    private void Own(RecordChange change)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_directory.Path, "data", "plans"));
        var at = Plan.MadeAt.AddDays(-1);
        var owned = new OwnedRecords(change.By, change.Zone, change.Name, change.Type, change.Old!, at, PlanId.New(PlanKind.Dns, at, 1));
        File.WriteAllBytes(Path.Combine(folder.FullName, "registry.json"), PlanJournalJson.Write(new PlanRegistry([owned], [], [])));
    }

    public void StopAt(string place) => File.WriteAllText(Path.Combine(Zones, place), "");

    public void GoOn(string place) => File.Delete(Path.Combine(Zones, place));

    public Process Start(params string[] arguments)
    {
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(PlanScene).Assembly.Location] : [Environment.ProcessPath!];
        var process = Process.Start(new ProcessStartInfo(self[0], [.. self[1..], Program.AsNamesake, .. arguments, "--config", Config])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory.Path,
        })!;
        _processes.Add(process);
        return process;
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var process = Start(arguments);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Until the journal says so.</summary>
    public async Task<PlanHistory> UntilAsync(Func<PlanHistory, bool> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var history = await Store.FindAsync(Plan.Id, TestContext.Current.CancellationToken);
            if (history is not null && isSo(history))
                return history;
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"It never came to that:\n{(history is null ? "no plan" : Lines(history))}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Until a write has come as far as that, which nothing but the folder tells.</summary>
    public async Task WrittenAsync(int number)
    {
        var since = Stopwatch.GetTimestamp();
        while (!File.Exists(Path.Combine(Zones, $"written-{number}")))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"write {number} never came");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Until somebody stands still at a place.</summary>
    public async Task ReachedAsync(string place)
    {
        var since = Stopwatch.GetTimestamp();
        while (!File.Exists(Path.Combine(Zones, place + ".reached")))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"nobody came to \"{place}\"");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async Task AnswersAsync()
    {
        while (await HeldAsync() is null)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Sources the relay holds for plans; null: it doesn't answer yet.</summary>
    public async Task<int?> HeldAsync()
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Api };
            http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
            using var answer = await http.PostAsync(new Uri("api/v1/plans/notice", UriKind.Relative), null, TestContext.Current.CancellationToken);
            using var view = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return view.RootElement.GetProperty("sourcesHeld").GetInt32();
        }
        catch (Exception away) when (away is HttpRequestException or IOException)
        {
            return null;
        }
    }

    public static string Lines(PlanHistory history) => string.Join('\n', history.Entries.Select(entry => $"{entry.Event} {entry.Text} ({entry.Who})"));

    /// <summary>The dead-man timer's, as it says in the journal.</summary>
    public static int TimerOf(PlanHistory history) =>
        int.Parse(ProcessNumber().Match(history.Entries.Last(entry => entry.Event == PlanEvent.Watching).Who).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        _directory.Dispose();
    }

    private static WantedIdentity Identity(string source, string address, string name) => new(new SourceId(source), IPAddress.Parse(address), IPAddress.Parse(address), HostName.Parse(name));

    private static RecordChange Change(string name, RecordSet? old, RecordSet made) =>
        new() { By = "folder", Reason = "a test", Sources = [new SourceId("acme-v4")], Zone = DomainName.Parse("acme.example"), Name = DomainName.Parse(name), Type = RecordType.A, Old = old, New = made };

    [GeneratedRegex(@"process (\d+)")]
    private static partial Regex ProcessNumber();
}
