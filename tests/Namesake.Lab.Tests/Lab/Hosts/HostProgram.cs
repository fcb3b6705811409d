using System.Diagnostics;
using System.Globalization;

namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>A program running inside a lab host. It is ended by its own process id, at the latest with its host.</summary>
public sealed class HostProgram : IAsyncDisposable
{
    private const int KeptLines = 20_000;
    private readonly Process _entry;
    private readonly Queue<string> _output = new();
    private readonly Task _read;
    private int _processId;

    internal HostProgram(string command, Process entry)
    {
        Command = command;
        _entry = entry;
        _read = Task.WhenAll(ReadAsync(entry.StandardOutput), ReadAsync(entry.StandardError));
    }

    public string Command { get; }

    public bool HasExited => _entry.HasExited;

    /// <summary>What it has said so far, the newest 20,000 lines.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>The program's process id outside the host. nsenter forks to enter the host's process table, so the program is its one child.</summary>
    public int ProcessId => FindProcess() ?? throw new InvalidOperationException($"{Command} has no process any more:\n{Tail()}");

    public StreamWriter Input => _entry.StandardInput;

    /// <summary>The last lines, for failure messages.</summary>
    public string Tail(int lines = 40) => string.Join('\n', Output.Split('\n').TakeLast(lines));

    /// <summary>Freezes it: the host stays up, its ports stay open, nothing is answered.</summary>
    public void Freeze()
    {
        Signal(Signals.Stop);

        // nsenter stops itself when its child stops; waited for, so that thawing finds both stopped.
        SpinWait.SpinUntil(() => _entry.HasExited || IsStopped(_entry.Id), TimeSpan.FromSeconds(10));
    }

    public void Thaw()
    {
        Signal(Signals.Continue);
        if (!_entry.HasExited)
        {
            Signals.Send(_entry.Id, Signals.Continue);
        }
    }

    /// <summary>Tells it to read its configuration again (SIGHUP).</summary>
    public void HangUp() => Signal(Signals.Hangup);

    /// <summary>Ends it as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Signal(Signals.Kill);
        Thaw();
        await WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public async Task<ProgramResult> StopAsync(TimeSpan? within = null)
    {
        Signal(Signals.Terminate);
        return await WaitAsync(within ?? TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits for its end; a program that takes longer is killed and the wait fails with all it said.</summary>
    public async Task<ProgramResult> WaitAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        try
        {
            await _entry.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Signal(Signals.Kill);
            throw new TimeoutException($"{Command} had not ended after {within}:\n{Tail(200)}");
        }

        // A child it left behind may hold the pipes open; what was said until now is what counts.
        await Task.WhenAny(_read, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));
        return new ProgramResult(Command, _entry.ExitCode, Output);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_entry.HasExited)
        {
            await KillAsync();
        }

        _entry.Dispose();
    }

    private void Signal(int signal)
    {
        if (FindProcess() is { } process)
        {
            Signals.Send(process, signal);
        }
    }

    private int? FindProcess()
    {
        if (_entry.HasExited)
        {
            return null;
        }

        var children = $"/proc/{_entry.Id}/task/{_entry.Id}/children";
        SpinWait.SpinUntil(() => _processId != 0 || _entry.HasExited || (_processId = ReadChild(children) ?? 0) != 0, TimeSpan.FromSeconds(10));
        return _processId == 0 ? null : _processId;
    }

    private static bool IsStopped(int process) => File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] == 'T';

    private static int? ReadChild(string path)
    {
        try
        {
            var children = File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return children.Length > 0 ? int.Parse(children[0], CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Enqueue(line);
                if (_output.Count > KeptLines)
                {
                    _output.Dequeue();
                }
            }
        }
    }
}
