using System.Globalization;

namespace Namesake.Network.Machine;

/// <summary>Descriptors of this process, and how many it may have (RLIMIT_NOFILE). Unlimited where the system has no /proc.</summary>
internal static class OpenFiles
{
    public const long Unlimited = long.MaxValue;

    /// <summary>The soft limit: the runtime raised it to the hard one when it started.</summary>
    public static long Most()
    {
        try
        {
            return Most(File.ReadLines("/proc/self/limits"));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return Unlimited;
        }
    }

    public static int Count()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // Without a descriptor the folder can't be listed either; without /proc nothing is known, and then there is no limit to compare with.
            return int.MaxValue;
        }
    }

    internal static long Most(IEnumerable<string> limits)
    {
        foreach (var line in limits)
            if (line.StartsWith("Max open files", StringComparison.Ordinal)
                && long.TryParse(line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), CultureInfo.InvariantCulture, out var most))
                return most;
        return Unlimited;
    }
}
