using System.Diagnostics;
using System.Threading.Channels;

namespace Namesake.Contracts.Tests.Children;

/// <summary>Starts this test program as a child, under another program where wished, and ends it with the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(1_000_000) { FullMode = BoundedChannelFullMode.Wait });
    private readonly Task _reading;

    public ChildProcess(string name, string directory, params string[] under)
    {
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, typeof(Child).Assembly.Location]
            : [Environment.ProcessPath!];
        string[] command = [.. under, .. program, "child", name, directory];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _reading = ReadAsync();
        Errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public Task<string> Errors { get; }

    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>Reads lines until one begins so.</summary>
    public async Task<List<string>> ReadUntilAsync(string beginning, CancellationToken cancellation)
    {
        var read = new List<string>();
        await foreach (var line in Lines.ReadAllAsync(cancellation))
        {
            read.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return read;
        }
        throw new InvalidOperationException($"The child ended without saying \"{beginning}\": {await Errors}");
    }

    /// <summary>SIGKILL, then whatever it had said.</summary>
    public async Task<List<string>> KillAsync(CancellationToken cancellation)
    {
        _process.Kill();
        return await RestAsync(cancellation);
    }

    /// <summary>What it says until it ends.</summary>
    public async Task<List<string>> RestAsync(CancellationToken cancellation)
    {
        var read = await Lines.ReadAllAsync(cancellation).ToListAsync(cancellation);
        await _process.WaitForExitAsync(cancellation);
        return read;
    }

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            await _lines.Writer.WriteAsync(line);
        _lines.Writer.Complete();
    }
}
