using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Pipeline;
using Namesake.Network.Firewall;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Egress;

/// <summary>A network namespace with a thread that lives in it. What is started there belongs to it: sockets, netlink, programs; where it goes on afterwards doesn't matter.</summary>
internal sealed partial class NamespaceHost : IAsyncDisposable, IListenerPort
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET, <sched.h>

    private readonly BlockingCollection<Action> _work = [];
    private readonly TaskCompletionSource<int> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    private NamespaceHost()
    {
        _thread = new Thread(Live) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The kernel's number of the thread: what "netns" of ip(8) takes.</summary>
    public int Id { get; private set; }

    public SocketPipes Pipes { get; } = new(new SocketSettings(), TimeProvider.System);

    /// <summary>Skips the test where namespaces or the tools are missing.</summary>
    public static async Task<NamespaceHost> BootAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux'");
        Assert.SkipUnless(File.Exists("/usr/sbin/nft") && (File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip")), "nft or ip is not installed");
        var host = new NamespaceHost();
        host.Id = await host._up.Task;
        if (host.Id < 0)
            Assert.Skip($"no right to make a network namespace (errno {-host.Id})");
        await host.IpAsync("link set lo up");
        return host;
    }

    /// <summary>Begins something on the host's thread.</summary>
    public Task<T> InsideAsync<T>(Func<Task<T>> begin)
    {
        var begun = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                begun.SetResult(begin());
            }
            catch (Exception trouble)
            {
                begun.SetException(trouble);
            }
        });
        return begun.Task.Unwrap();
    }

    public Task<T> InsideAsync<T>(Func<T> run) => InsideAsync(() => Task.FromResult(run()));

    /// <summary>Joins two hosts by a cable.</summary>
    public Task ConnectAsync(string mine, NamespaceHost other, string its) => IpAsync(string.Create(CultureInfo.InvariantCulture, $"link add {mine} type veth peer name {its} netns {other.Id}"));

    public async Task IpAsync(params string[] commands)
    {
        foreach (var command in commands)
            await RunAsync("ip", command.Split(' '), null);
    }

    /// <summary>Loads rules in place of all there are. May be one line: nft wants a new one behind each rule and block.</summary>
    public Task RulesAsync(string rules) => RunAsync("nft", ["-f", "-"], "flush ruleset\n"
        + rules.Replace("; }", "\n}", StringComparison.Ordinal).Replace("} }", "}\n}", StringComparison.Ordinal).Replace("} chain", "}\nchain", StringComparison.Ordinal) + "\n");

    /// <summary>What stands before a program's own arguments for it to run here, whoever starts it.</summary>
    public ImmutableArray<string> Enter => ["nsenter", string.Create(CultureInfo.InvariantCulture, $"--net=/proc/{Environment.ProcessId}/task/{Id}/ns/net")];

    /// <summary>What reads and writes its rules, whoever starts it.</summary>
    public FirewallTools Tools => new()
    {
        Nft = [.. Enter, "nft"],
        IptablesSave = [.. Enter, "iptables-save"],
        IptablesRestore = [.. Enter, "iptables-restore"],
        LegacySave = [.. Enter, "iptables-legacy-save"],
        Conntrack = [.. Enter, "conntrack"],
    };

    /// <summary>What a program prints that must succeed.</summary>
    public async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Enter[0], [.. Enter[1..], program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return await output;
    }

    public Task<IBoundListener> BindAsync(IPEndPoint address, CancellationToken cancellation) =>
        InsideAsync(() => new Listener(Pipes, TimeProvider.System, NullLogger<Listener>.Instance).BindAsync(address, cancellation));

    /// <summary>A dialler whose sockets are made here.</summary>
    public IDialer From(IDialer dialer) => new Inside(this, dialer);

    public async ValueTask DisposeAsync()
    {
        _work.CompleteAdding();
        await Task.Run(_thread.Join);
        _work.Dispose();
    }

    private Task<bool> RunAsync(string program, string[] arguments, string? input) => InsideAsync(() =>
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
        return true;
    });

    private void Live()
    {
        if (Unshare(NewNetwork) != 0)
        {
            _up.SetResult(-Marshal.GetLastPInvokeError());
            return;
        }
        _up.SetResult(ThreadId());
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    private sealed class Inside(NamespaceHost host, IDialer dialer) : IDialer
    {
        public Task<DialResult> DialAsync(IPAddress local, IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation) =>
            host.InsideAsync(() => dialer.DialAsync(local, remote, timeout, cancellation));
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();
}
