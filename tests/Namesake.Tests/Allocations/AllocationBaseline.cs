using System.Globalization;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Allocations;

/// <summary>What a message may allocate, as it was measured and written down.</summary>
internal static class AllocationBaseline
{
    /// <summary>Runs differ by a few per cent: how often a wait ends at once is the machine's matter. One more object of 1 KB a message shows.</summary>
    public const double Margin = 1.1;

    public const string File = "tests/Namesake.Tests/Allocations/baseline.txt";

    // A build for debugging allocates a state machine for every asynchronous call, also where nothing waits.
    private const string Build =
#if DEBUG
        "debug";
#else
        "release";
#endif

    /// <summary>Bytes a message beside its content, in this kind of build.</summary>
    public static long Read()
    {
        foreach (var line in System.IO.File.ReadLines(Path.Combine(Repository.Root, File)))
            if (line.Split(' ') is [Build, var bytes])
                return long.Parse(bytes, CultureInfo.InvariantCulture);
        throw new InvalidDataException($"{File} has no line for {Build}.");
    }
}
