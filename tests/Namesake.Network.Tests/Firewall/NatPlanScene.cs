using System.Diagnostics;
using System.Text.RegularExpressions;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Network.Firewall;
using Namesake.Network.Tests.Egress;
using Namesake.Storage.Plans;

namespace Namesake.Network.Tests.Firewall;

/// <summary>The program as it is, on a node with five sources, and its own reflector outside the translation. The tools it finds in PATH can be made to stand still before and after they load rules.</summary>
internal sealed partial class NatPlanScene : IAsyncDisposable
{
    private const string Program = "namesake";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<Process> _processes = [];
    private readonly PlanFiles _store;

    private NatPlanScene(TranslationLab lab, FirewallKind kind)
    {
        (Lab, Kind) = (lab, kind);
        _store = new PlanFiles(Path.Combine(lab.Folder, "data"), TimeProvider.System);
    }

    public TranslationLab Lab { get; }

    public FirewallKind Kind { get; }

    public string PlanFile => Path.Combine(Lab.Folder, "plan.json");

    public PlanId Plan => PlanJson.Read(File.ReadAllBytes(PlanFile)).Plan!.Id;

    public static async Task<NatPlanScene> BuildAsync(FirewallKind kind, Func<int, string>? publicOf = null)
    {
        Assert.SkipUnless(kind == FirewallKind.Nftables || File.Exists("/usr/sbin/iptables-restore"), "iptables is not installed");
        var scene = new NatPlanScene(await TranslationLab.BuildAsync(hasServer: false), kind);
        publicOf ??= _ => "203.0.113.5";
        var sources = TranslationLab.Locals.Select((local, index) => $"  - {{ id: s{index}, localAddress: {local}, publicAddress: {publicOf(index)}, ehlo: mail.acme.example }}");
        await File.WriteAllTextAsync(Path.Combine(scene.Lab.Folder, "namesake.yaml"), $$"""
            node: relay1
            data: {{scene.Lab.Folder}}/data
            listeners: [ { address: "127.0.0.1:0", brand: acme, relayFrom: ["127.0.0.0/8"] } ]
            brands: [ { id: acme, senderDomains: [acme.example], sources: [s0, s1, s2, s3, s4] } ]
            sources:
            {{string.Join('\n', sources)}}
            resolvers: ["127.0.0.1:1"]
            witnesses: [ { host: 198.51.100.1, reflector: true } ]
            api: { address: "127.0.0.1:0" }
            treatAsPublic: [198.51.100.0/24, 203.0.113.0/24]
            firewalls: [ { id: edge, kind: {{(kind == FirewallKind.Nftables ? "nftables" : "iptables")}} } ]
            plans: { undoAfter: 10s }
            """, TestContext.Current.CancellationToken);
        await scene.WrapAsync("nft", "' -f '*");
        await scene.WrapAsync("iptables-restore", "' --noflush '*");
        var reflector = scene.Start(scene.Lab.Outside, "reflect", "--listen", "198.51.100.1:25", "--name", "reflect.ours.example", "--resolver", "127.0.0.1:1");
        _ = reflector.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await reflector.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)); // it listens
        _ = reflector.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return scene;
    }

    public Process Start(params string[] arguments) => Start(Lab.Node, [.. arguments, "--config", Path.Combine(Lab.Folder, "namesake.yaml")]);

    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var process = Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>"before" or "after" the tool has loaded rules, it stands still until <see cref="GoOn"/>.</summary>
    public void StopAt(string place) => File.WriteAllText(Path.Combine(Lab.Folder, place), "");

    public void GoOn(string place) => File.Delete(Path.Combine(Lab.Folder, place));

    public Task ReachedAsync(string place) => UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(Lab.Folder, place + ".reached"))), () => $"the tool never came to \"{place}\"");

    public async Task<PlanHistory> UntilAsync(Func<PlanHistory, bool> isSo)
    {
        PlanHistory? history = null;
        await UntilAsync(async () => (history = await _store.FindAsync(Plan, TestContext.Current.CancellationToken)) is not null && isSo(history),
            () => "it never came to that:\n" + string.Join('\n', history?.Entries.Select(entry => $"{entry.Event} {entry.Text} ({entry.Who})") ?? []));
        return history!;
    }

    /// <summary>The dead-man timer's process, as it says in the journal.</summary>
    public static int TimerOf(PlanHistory history) =>
        int.Parse(ProcessNumber().Match(history.Entries.Last(entry => entry.Event == PlanEvent.Watching).Who).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (var place in new[] { "before", "after" })
            GoOn(place);
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await Lab.DisposeAsync();
    }

    private Process Start(NamespaceHost host, params string[] arguments)
    {
        var start = new ProcessStartInfo(host.Enter[0], [.. host.Enter[1..], Path.Combine(AppContext.BaseDirectory, Program), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Lab.Folder,
        };
        start.Environment["PATH"] = $"{Lab.Folder}/bin:{start.Environment["PATH"]}";
        var process = Process.Start(start)!; // nsenter becomes the program: it is the same process
        process.StandardInput.Close();
        _processes.Add(process);
        return process;
    }

    private async Task WrapAsync(string tool, string loading)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Lab.Folder, "bin")).FullName;
        var file = Path.Combine(folder, tool);
        await File.WriteAllTextAsync(file, $$"""
            #!/bin/sh
            wait_at() { : > {{Lab.Folder}}/$1.reached; while [ -e {{Lab.Folder}}/$1 ]; do sleep 0.02; done; }
            case " $* " in
            *' -c '*|*' --test '*) ;;
            *{{loading}}) wait_at before; /usr/sbin/{{tool}} "$@"; code=$?; wait_at after; exit $code ;;
            esac
            exec /usr/sbin/{{tool}} "$@"

            """.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> never)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, never());
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex(@"process (\d+)")]
    private static partial Regex ProcessNumber();
}
