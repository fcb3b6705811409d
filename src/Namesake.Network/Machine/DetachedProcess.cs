using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Namesake.Network.Machine;

/// <summary>Starts a process that outlives this one, its terminal and, where that can be had, its service.</summary>
/// <remarks>
/// <para>As root under systemd it becomes a service of its own (systemd-run): stopping a unit ends all processes in its control group (KillMode=control-group), wherever they were put by setsid. Without root
/// only a user's own service manager could be asked, and that ends with the user's last session; so there the process only leaves its session (setsid), which survives a closed terminal and a log-out
/// (KillUserProcesses=no is the default), but not the end of a unit it was started in. The same in a network namespace of our own, which a service would not share.</para>
/// </remarks>
public static class DetachedProcess
{
    private const string SystemdIsHere = "/run/systemd/system";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="unit">A name for the service, unique.</param>
    /// <returns>Null when it was started; else why not.</returns>
    public static async Task<string?> StartAsync(string unit, string description, string program, IReadOnlyList<string> arguments, TimeProvider time, CancellationToken cancellation)
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Directory.Exists(SystemdIsHere) && IsInSystemsNetwork() && await BySystemdAsync(unit, description, program, arguments, time, cancellation))
            return null;
        try
        {
            // Pipes nobody reads, instead of our own output: whoever waits for its end must not wait for the timer's.
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
            return process is null ? $"{program} did not start" : null;
        }
        catch (Win32Exception trouble)
        {
            return $"{program} can't be started: {trouble.Message}";
        }
    }

    /// <summary>Called by the process itself, first: leaves the session and the terminal of who started it.</summary>
    public static IDisposable? Leave()
    {
        if (OperatingSystem.IsWindows())
            return null;
        _ = SetSession(); // fails where it leads its group already, as under systemd: then it has left
        return PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
    }

    /// <summary>A service of systemd's lives in systemd's network namespace: from there it would look at other rules and other addresses than those it is to watch.</summary>
    private static bool IsInSystemsNetwork()
    {
        try
        {
            return File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)?.Name == File.ResolveLinkTarget("/proc/1/ns/net", returnFinalTarget: false)?.Name;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<bool> BySystemdAsync(string unit, string description, string program, IReadOnlyList<string> arguments, TimeProvider time, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("systemd-run", ["--quiet", "--collect", "--no-ask-password", $"--unit={unit}", $"--description={description}", .. Root(), "--", program, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var process = Process.Start(start);
            if (process is null)
                return false;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0;
        }
        catch (Exception unusable) when (unusable is Win32Exception || (unusable is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false; // Not there, or it doesn't answer: the other way is left.
        }
    }

    /// <summary>A service has none of our environment; where .NET is may be said only there.</summary>
    private static IEnumerable<string> Root() => Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? [$"--setenv=DOTNET_ROOT={root}"] : [];

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSession();
}
