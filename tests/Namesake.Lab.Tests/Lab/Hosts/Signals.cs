using System.Runtime.InteropServices;

namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>The signals the lab sends, by process id only.</summary>
internal static partial class Signals
{
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends <paramref name="signal"/> to one process; a process that is already gone is no error.</summary>
    public static void Send(int processId, int signal)
    {
        const int noSuchProcess = 3;
        if (kill(processId, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not noSuchProcess)
        {
            throw new InvalidOperationException($"kill({processId}, {signal}) failed with errno {error}.");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int sig);
}
