using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Namesake.Network.Machine;

/// <summary>Starts programs one after the other, so that a descriptor meant for one of them is open in no other.</summary>
/// <remarks>A fork takes along whatever isn't marked for closing, and the mark is the descriptor's, not the child's: while it is off, every program that is started in that moment would keep the file. A dead-man timer lives for
/// minutes, and a lock it had got so would bar its own undo.</remarks>
internal static partial class ProgramStart
{
    private const int SetFlags = 2, CloseOnExec = 1; // <fcntl.h>: F_SETFD, FD_CLOEXEC

    // The table of descriptors is the whole process's, so is this.
    private static readonly Lock OneAtATime = new();

    /// <summary>On the caller's thread, in its network namespace.</summary>
    /// <param name="kept">What stays open in it, and in what it starts in turn; null: nothing but its standard streams.</param>
    public static Process? Start(ProcessStartInfo how, SafeHandle? kept = null)
    {
        lock (OneAtATime)
        {
            if (kept is null)
                return Process.Start(how);
            var descriptor = (int)kept.DangerousGetHandle();
            try
            {
                _ = Control(descriptor, SetFlags, 0);
                return Process.Start(how);
            }
            finally
            {
                _ = Control(descriptor, SetFlags, CloseOnExec);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
