using System.Globalization;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Files;

/// <summary>One process per data directory: two relays on one spool would send everything twice.</summary>
/// <remarks>The lock is the operating system's (flock), so it ends with the process however that ends. The process id stands in a file of its own,
/// for people only: a locked file can't be read by others everywhere.</remarks>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _owner;

    private DirectoryLock(FileStream held, string owner)
    {
        _held = held;
        _owner = owner;
    }

    public static DirectoryLock Take(SpoolPaths paths)
    {
        FileStream held;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // whoever may open it may hold it
            held = new FileStream(paths.Lock, options);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SpoolUnavailableException($"The data directory {paths.Directory} can't be written: {e.Message} Give it to the user the relay runs as.", e);
        }
        catch (IOException e)
        {
            throw new SpoolUnavailableException(
                $"The data directory {paths.Directory} is in use{Owner(paths)}. Two relays on one spool would send mail twice: stop the other, or give this one a directory of its own.", e);
        }
        try
        {
            File.WriteAllText(paths.Owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (IOException)
        {
            // A full disk must not keep a relay from delivering what it has; the file is for people only.
        }
        return new DirectoryLock(held, paths.Owner);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_owner);
        }
        catch (IOException)
        {
            // Stale ids do no harm: the lock decides.
        }
        _held.Dispose();
    }

    private static string Owner(SpoolPaths paths)
    {
        try
        {
            return int.TryParse(File.ReadAllText(paths.Owner).Trim(), CultureInfo.InvariantCulture, out var id) ? $" by process {id}" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
