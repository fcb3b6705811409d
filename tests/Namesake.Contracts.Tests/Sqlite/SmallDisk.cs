using System.Diagnostics;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>A file system of a few megabytes, really full when it is full. Needs the right to mount; without it tests are skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public SmallDisk(int megabytes)
    {
        IsMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _directory.Path);
        if (!IsMounted)
            return;
        Data = Path.Combine(_directory.Path, "data");
    }

    public bool IsMounted { get; }

    public string Data { get; } = "";

    /// <summary>Takes up room until it is let go.</summary>
    public IDisposable Fill(long leaveFree)
    {
        var path = Path.Combine(_directory.Path, "ballast");
        using var file = File.Create(path);
        var block = new byte[64 * 1024];
        while (new DriveInfo(_directory.Path).AvailableFreeSpace - leaveFree is > 0 and var room)
        {
            file.Write(block.AsSpan(0, (int)Math.Min(block.Length, room)));
            file.Flush(flushToDisk: true);
        }
        return new Ballast(path);
    }

    public void Dispose()
    {
        // Busy for the moment in which another test's child process still has our descriptors: then it goes when the last of them does.
        if (IsMounted && !Run("umount", _directory.Path) && !Run("umount", "--lazy", _directory.Path))
            throw new InvalidOperationException($"{_directory.Path} could not be unmounted.");
        _directory.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Ballast(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
