using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Namesake.Network.Machine;

/// <summary>Starts a process that outlives this one, its terminal and, where that can be had, its service.</summary>
/// <remarks>
/// <para>As root under systemd it gets a scope of its own (systemd-run --scope): stopping a unit ends all processes in its control group (KillMode=control-group), wherever they were put by setsid. Without root
/// only a user's own service manager could be asked, and that ends with the user's last session; so there the process only leaves its session (setsid), which survives a closed terminal and a log-out
/// (KillUserProcesses=no is the default), but not the end of a unit it was started in.</para>
/// <para>A scope and not a service: a scope's process has our environment, where secrets of the configuration may be. A service would have to be given it (--setenv), and what a unit is given everybody on the machine may
/// read (systemctl show).</para>
/// </remarks>
public static class DetachedProcess
{
    private const string SystemdIsHere = "/run/systemd/system";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>The ways there are on this machine, best first.</summary>
    /// <param name="unit">A name for the scope, unique.</param>
    public static ImmutableArray<ProcessStartInfo> Ways(string unit, string description, string program, IReadOnlyList<string> arguments) =>
        Ways(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Directory.Exists(SystemdIsHere), unit, description, program, arguments);

    internal static ImmutableArray<ProcessStartInfo> Ways(bool hasSystemd, string unit, string description, string program, IReadOnlyList<string> arguments)
    {
        var itself = Way(program, arguments);
        return hasSystemd ? [Way("systemd-run", ["--scope", "--quiet", "--collect", "--no-ask-password", $"--unit={unit}", $"--description={description}", "--", program, .. arguments]), itself] : [itself];
    }

    /// <summary>Starts it by the first way that brings it to its work.</summary>
    /// <param name="isAtWork">Whether it has said so.</param>
    /// <param name="patience">For each way: until it is at work.</param>
    /// <returns>Null when it is at work; else why not.</returns>
    public static async Task<string?> StartAsync(ImmutableArray<ProcessStartInfo> ways, Func<CancellationToken, Task<bool>> isAtWork, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isAtWork);
        ArgumentNullException.ThrowIfNull(time);
        string? trouble = "there is no way to start it";
        foreach (var way in ways)
            if ((trouble = await StartAsync(way, isAtWork, patience, time, cancellation)) is null)
                return null;
        return trouble;
    }

    /// <summary>Called by the process itself, first: leaves the session and the terminal of who started it.</summary>
    public static IDisposable? Leave()
    {
        if (OperatingSystem.IsWindows())
            return null;
        _ = SetSession(); // fails where it leads its group already: then it has left
        return PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
    }

    private static async Task<string?> StartAsync(ProcessStartInfo way, Func<CancellationToken, Task<bool>> isAtWork, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            using var process = ProgramStart.Start(way);
            if (process is null)
                return $"{way.FileName} did not start";
            for (var since = time.GetTimestamp(); time.GetElapsedTime(since) < patience; await Task.Delay(BetweenLooks, time, cancellation))
            {
                // In this order: it may say so and come to its end between two looks.
                var hasEnded = process.HasExited;
                if (await isAtWork(cancellation))
                    return null;
                if (hasEnded)
                    return $"{way.FileName} ended at once, with exit code {process.ExitCode}";
            }
            return $"it did not say within {patience.TotalSeconds:0} seconds that it waits";
        }
        catch (Win32Exception trouble)
        {
            return $"{way.FileName} can't be started: {trouble.Message}";
        }
    }

    // Pipes nobody reads, instead of our own output: whoever waits for our end must not wait for the process's.
    private static ProcessStartInfo Way(string program, IReadOnlyList<string> arguments) =>
        new(program, arguments) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSession();
}
