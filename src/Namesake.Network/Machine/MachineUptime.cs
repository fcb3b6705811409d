using System.Globalization;
using Namesake.Core.Plans.Applying;

namespace Namesake.Network.Machine;

/// <summary>The machine's time since its start, sleep included, and which start it was: what a deadline is kept by that must hold over a clock that is set and a process that dies.</summary>
/// <remarks>Linux tells both in /proc: uptime counts by CLOCK_BOOTTIME, boot_id is another at every start. Elsewhere nothing is told of the start, and deadlines go by the time of day.</remarks>
public sealed class MachineUptime : IMachineUptime
{
    private const string UptimeFile = "/proc/uptime", BootFile = "/proc/sys/kernel/random/boot_id";

    public string Boot { get; } = Read(BootFile) ?? "";

    public TimeSpan Now => Read(UptimeFile)?.Split(' ') is [var seconds, ..] && double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var uptime)
        ? TimeSpan.FromSeconds(uptime) : TimeSpan.FromMilliseconds(Environment.TickCount64);

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
