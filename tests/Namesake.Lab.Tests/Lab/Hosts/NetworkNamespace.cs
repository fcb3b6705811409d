using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>Makes sockets inside another host's network.</summary>
/// <remarks>A socket belongs for life to the network its thread was in when it was made, so a thread of its own goes there, makes the socket and ends;
/// the test's own threads never move, and accept, send and receive work from anywhere.</remarks>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    public static Socket CreateSocket(int hostProcessId, AddressFamily family)
    {
        Socket? made = null;
        Exception? trouble = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var place = File.OpenHandle($"/proc/{hostProcessId}/ns/net");
                if (setns((int)place.DangerousGetHandle(), CloneNewNet) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError(), $"setns into the network of process {hostProcessId} failed");
                }

                made = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception e)
            {
                trouble = e;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw new InvalidOperationException($"No socket in the network of process {hostProcessId}.", trouble);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int nstype);
}
