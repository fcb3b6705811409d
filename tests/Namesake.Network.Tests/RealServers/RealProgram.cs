using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Network.Tests.RealServers;

/// <summary>One of the servers <c>build/install-test-packages</c> unpacks, run in the foreground on loopback until it is disposed.</summary>
internal sealed class RealProgram : IAsyncDisposable
{
    public static string Root { get; } = FindRoot();

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RealProgram(Process process) => _process = process;

    /// <summary>Skips the test, visibly, where the programs are not unpacked or may not be run.</summary>
    public static void SkipUnlessUnpacked(params string[] programs)
    {
        var required = Environment.GetEnvironmentVariable("NAMESAKE_LAB") == "required";
        foreach (var program in programs)
        {
            var there = new[] { "bin", "sbin" }.Any(folder => File.Exists(Path.Combine(Root, "artifacts", "test-packages", "usr", folder, program)));
            Assert.False(required && !there, $"{program} should be there");
            Assert.SkipUnless(there, $"{program} is not unpacked; run build/install-test-packages");
        }
        Assert.SkipUnless(Environment.UserName == "root", "laying the unpacked programs over /usr needs root");
    }

    public static async Task<RealProgram> StartAsync(string readyWhenItSays, string program, params string[] arguments)
    {
        var process = new Process { StartInfo = StartOf(program, arguments) };
        var running = new RealProgram(process);
        void Hear(object sender, DataReceivedEventArgs line)
        {
            lock (running._said)
                running._said.AppendLine(line.Data);
            if (line.Data?.Contains(readyWhenItSays, StringComparison.Ordinal) == true)
                running._ready.TrySetResult();
        }
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAny(running._ready.Task, process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System));
        if (running._ready.Task.IsCompletedSuccessfully)
            return running;
        await running.DisposeAsync();
        throw new InvalidOperationException($"{program} did not start:\n{running.Said}");
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(StartOf(program, arguments))!;
        var said = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(process.ExitCode == 0, $"{program}: {await said}");
    }

    /// <summary>A port free for UDP and TCP on the address a moment ago.</summary>
    public static int FreePort(string address)
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return ((IPEndPoint)tcp.LocalEndPoint!).Port;
    }

    /// <summary>What it has said until now.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        _process.Dispose();
    }

    private static ProcessStartInfo StartOf(string program, string[] arguments) =>
        new(Path.Combine(Root, "build", "with-test-packages"), [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Namesake.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? "/nowhere";
    }
}
