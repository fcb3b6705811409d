using System.Globalization;
using System.Runtime.InteropServices;

namespace Namesake.Network.Firewall;

/// <summary>One of our processes at a time reads and writes the rules of a network namespace.</summary>
/// <remarks>The tools that are started under it inherit it: when we are killed while one of them is still at work, nobody of us reads or writes before it has ended. Else the state that an undo had found
/// could be overwritten a moment later by what it was to undo.</remarks>
internal sealed partial class FirewallLock : IDisposable
{
    private const int SetDescriptorFlags = 2; // <fcntl.h>

    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FirewallLock(FileStream file, string script) => (_file, Script) = (file, script);

    /// <summary>Where the text that is to be loaded lies while it is loaded.</summary>
    public string Script { get; }

    /// <param name="folder">Null: /run/namesake-firewall for root, else one below the folder for temporary files.</param>
    /// <param name="name">Of the network namespace: <see cref="NameOfNamespace"/>.</param>
    /// <returns>No lock with the reason.</returns>
    public static async Task<(FirewallLock? Lock, string? Trouble)> TakeAsync(string? folder, string name, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        folder ??= Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run/namesake-firewall" : Path.Combine(Path.GetTempPath(), $"namesake-firewall-{Environment.UserName}");
        var path = Path.Combine(folder, name);
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (!OperatingSystem.IsWindows())
                    Directory.CreateDirectory(folder, OwnersFolder);
                var file = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                // Only while it is held, and tools run only then.
                _ = SetFlags((int)file.SafeFileHandle.DangerousGetHandle(), SetDescriptorFlags, 0);
                return (new FirewallLock(file, path + ".rules"), null);
            }
            catch (UnauthorizedAccessException trouble)
            {
                return (null, $"the lock for this node's rules can't be taken: {trouble.Message}");
            }
            catch (IOException trouble)
            {
                if (time.GetElapsedTime(since) >= patience)
                    return (null, $"another process of ours has been at this node's rules for {patience.TotalSeconds:0} seconds ({path}.lock: {trouble.Message})");
            }
            await Task.Delay(BetweenTries, time, cancellation);
        }
    }

    /// <summary>Of the calling thread.</summary>
    public static string NameOfNamespace()
    {
        try
        {
            return string.Create(CultureInfo.InvariantCulture, $"net-{new string((File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "").Where(char.IsAsciiDigit).ToArray())}");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return "net";
        }
    }

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetFlags(int descriptor, int command, int flags);
}
