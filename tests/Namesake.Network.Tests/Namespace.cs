using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Namesake.Network.Tests;

/// <summary>A network namespace of its own for one thread: sockets made on that thread live there, and nothing outside is touched.</summary>
internal static partial class Namespace
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET, <sched.h>

    /// <summary>Runs the action on a thread inside a fresh namespace with loopback up. Skips the test where that isn't allowed.</summary>
    public static async Task RunAsync(Action action)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux'");
        var done = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0)
                {
                    done.SetResult($"no right to make a network namespace (errno {Marshal.GetLastPInvokeError()})");
                    return;
                }
                Run("ip", "link", "set", "lo", "up");
                action();
                done.SetResult(null);
            }
            catch (Exception trouble)
            {
                done.SetException(trouble);
            }
        })
        { IsBackground = true };
        thread.Start();
        if (await done.Task is { } reason)
            Assert.Skip(reason);
    }

    /// <summary>A program started from the namespace's thread runs in it.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
