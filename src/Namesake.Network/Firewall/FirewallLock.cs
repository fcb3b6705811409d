using System.Globalization;
using System.Runtime.InteropServices;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>One of our processes at a time reads and writes the rules of a network namespace.</summary>
/// <remarks>The tool that loads rules is handed it: when we are killed while it is still at work, nobody of us reads or writes before it has ended. Else the state that an undo had found could be overwritten a moment later by
/// what it was to undo. No other program gets it: a dead-man timer that is started meanwhile would keep it for as long as it waits.</remarks>
internal sealed class FirewallLock : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FirewallLock(FileStream file, string script) => (_file, Script) = (file, script);

    /// <summary>Where the text that is to be loaded lies while it is loaded.</summary>
    public string Script { get; }

    /// <summary>For the tool that loads it.</summary>
    public SafeHandle Handle => _file.SafeFileHandle;

    /// <param name="folder">Ours alone: what lies there is loaded. Null: none is known.</param>
    /// <param name="name">Of the network namespace: <see cref="NameOfNamespace"/>.</param>
    /// <returns>No lock with the reason.</returns>
    public static async Task<(FirewallLock? Lock, string? Trouble)> TakeAsync(string? folder, string name, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        if (folder is null)
            return (null, "the lock for this node's rules can't be taken: no folder for it is known");
        var path = Path.Combine(folder, name);
        var since = time.GetTimestamp();
        while (true)
        {
            if (PrivateFolder.TroubleOf(folder) is { } untrusted)
                return (null, $"the lock for this node's rules can't be taken: {untrusted}");
            try
            {
                return (new FirewallLock(new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), path + ".rules"), null);
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
}
