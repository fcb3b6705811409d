using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>One machine of the lab: a network, a process table, a host name and an /etc of its own.</summary>
/// <remarks>The host lives as long as its first process, and that one as long as the test process holds its standard input: closing it, or dying in
/// any way, makes the kernel end every process of the host and take its network away. Nothing is left to sweep.</remarks>
public sealed class LabHost : IAsyncDisposable
{
    private readonly Process _unshare;
    private readonly int _initProcessId;
    private readonly Stack<string> _undoAddresses = new();

    private LabHost(string name, string folder, Process unshare, int initProcessId)
    {
        Name = name;
        Folder = folder;
        _unshare = unshare;
        _initProcessId = initProcessId;
    }

    public string Name { get; }

    /// <summary>A folder of this host that host and test both see under the same path.</summary>
    public string Folder { get; }

    /// <summary>Boots a host. What lies in <paramref name="folder"/>/etc is laid over its /etc, the unpacked programs over its /usr.</summary>
    /// <param name="server">Also lays the packages' own /etc under that, and takes /var/lib, /var/spool, /var/log and /run from the folder.</param>
    public static async Task<LabHost> BootAsync(string name, string folder, bool server)
    {
        Directory.CreateDirectory(Path.Combine(folder, "etc"));
        foreach (var place in new[] { "var/lib", "var/spool", "var/log", "run" })
        {
            Directory.CreateDirectory(Path.Combine(folder, place));
        }

        var start = new ProcessStartInfo("unshare")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "--net", "--mount", "--pid", "--uts", "--fork", "--mount-proc", "--kill-child", "bash", "-c", BootScript, name, folder, LabRequirements.Packages, server ? "server" : "" })
        {
            start.ArgumentList.Add(argument);
        }

        var unshare = Process.Start(start) ?? throw new InvalidOperationException("unshare did not start.");
        if (await unshare.StandardOutput.ReadLineAsync() != "up")
        {
            throw new InvalidOperationException($"The host {name} did not boot: {await unshare.StandardError.ReadToEndAsync()}");
        }

        var children = await File.ReadAllTextAsync($"/proc/{unshare.Id}/task/{unshare.Id}/children");
        return new LabHost(name, folder, unshare, int.Parse(children.Trim(), CultureInfo.InvariantCulture));
    }

    /// <summary>Joins two hosts by a cable.</summary>
    public static Task ConnectAsync(LabHost one, string oneInterface, LabHost other, string otherInterface) =>
        one.IpAsync($"link add {oneInterface} type veth peer name {otherInterface} netns {other._initProcessId}");

    /// <summary>Runs <c>ip</c> commands, one a line, in this host's network.</summary>
    public async Task IpAsync(params string[] commands)
    {
        // Only its network is entered: "netns" names a process as we see it, not as the host does.
        await using var ip = Launch(["--net", "--", "ip", "-batch", "-"], $"ip on {Name}: {string.Join("; ", commands)}", null);
        foreach (var command in commands)
        {
            await ip.Input.WriteLineAsync(command);
        }

        ip.Input.Close();
        (await ip.WaitAsync(TimeSpan.FromSeconds(20))).MustSucceed();
    }

    /// <summary>Gives the host's eth0 another address until <see cref="RestoreAddressesAsync"/>.</summary>
    public async Task AddAddressAsync(IPAddress address, int prefixLength)
    {
        var what = $"{address}/{prefixLength} dev eth0";
        await IpAsync($"addr add {what}{NoDetection(address)}");
        _undoAddresses.Push($"addr del {what}");
    }

    /// <summary>Takes an address from the host's eth0 until <see cref="RestoreAddressesAsync"/>.</summary>
    public async Task RemoveAddressAsync(IPAddress address, int prefixLength)
    {
        var what = $"{address}/{prefixLength} dev eth0";
        await IpAsync($"addr del {what}");
        _undoAddresses.Push($"addr add {what}{NoDetection(address)}");
    }

    public async Task RestoreAddressesAsync()
    {
        while (_undoAddresses.TryPop(out var undo))
        {
            await IpAsync(undo);
        }
    }

    /// <summary>Starts a program in this host, in its folder, with its output captured.</summary>
    public HostProgram Start(string program, params string[] arguments) => Start(program, arguments, environment: null);

    public HostProgram Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment) =>
        Launch(
            ["--net", "--mount", "--pid", "--uts", "--", "/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", Folder, program, .. arguments],
            $"{program} {string.Join(' ', arguments)} (on {Name})",
            environment);

    /// <summary>Runs a program to its end, at most a minute long.</summary>
    public async Task<ProgramResult> RunAsync(string program, params string[] arguments)
    {
        await using var running = Start(program, arguments);
        running.Input.Close();
        return await running.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>As <see cref="RunAsync"/>, with <paramref name="input"/> on its standard input.</summary>
    public async Task<ProgramResult> FeedAsync(string input, string program, params string[] arguments)
    {
        await using var running = Start(program, arguments);
        await running.Input.WriteAsync(input);
        running.Input.Close();
        return await running.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>A listening socket of the test process, on this host's network.</summary>
    public Socket Listen(IPEndPoint at)
    {
        var socket = NetworkNamespace.CreateSocket(_initProcessId, at.AddressFamily);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(at);
        socket.Listen(512);
        return socket;
    }

    /// <summary>Connects the test process from this host's network.</summary>
    public Task<Socket> DialAsync(IPEndPoint to, IPAddress? from = null) => DialAsync(to, from is null ? null : new IPEndPoint(from, 0));

    public async Task<Socket> DialAsync(IPEndPoint to, IPEndPoint? from)
    {
        ArgumentNullException.ThrowIfNull(to);
        var socket = NetworkNamespace.CreateSocket(_initProcessId, to.AddressFamily);
        if (from is not null)
        {
            socket.Bind(from);
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(to, deadline.Token);
        socket.NoDelay = true;
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        _unshare.StandardInput.Close();
        await _unshare.WaitForExitAsync();
        _unshare.Dispose();
    }

    // Duplicate detection keeps a new IPv6 address unusable for a second; the lab's addresses are unique by plan.
    private static string NoDetection(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? " nodad" : "";

    private HostProgram Launch(IReadOnlyList<string> enter, string command, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("nsenter")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--target");
        start.ArgumentList.Add(_initProcessId.ToString(CultureInfo.InvariantCulture));
        foreach (var argument in enter)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new HostProgram(command, Process.Start(start) ?? throw new InvalidOperationException("nsenter did not start."));
    }

    // bash reaps what its host's programs leave behind, which a first process must do.
    private const string BootScript =
        """
        set -e
        folder=$1 packages=$2 etc=$1/etc
        hostname "$0"
        mount -t overlay overlay -o "ro,lowerdir=$packages/usr:/usr" /usr
        if [ -n "$3" ]; then
            [ ! -d "$packages/etc" ] || etc=$etc:$packages/etc
            for place in var/lib var/spool var/log run; do mount --bind "$folder/$place" "/$place"; done
        fi
        mount -t overlay overlay -o "ro,lowerdir=$etc:/etc" /etc
        ip link set lo up
        echo up
        while read -r _; do :; done
        """;
}
