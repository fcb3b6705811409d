using System.Globalization;

namespace Namesake.Network.Machine;

/// <summary>Whether this process may change translation and routing on its machine.</summary>
public static class NetworkPrivilege
{
    /// <summary>CAP_NET_ADMIN, by its number in capabilities(7).</summary>
    private const int NetAdmin = 12;

    private const string Effective = "CapEff:";

    /// <remarks>On Linux root without the capability may not (a container, a unit with CapabilityBoundingSet), and who has it needn't be root.</remarks>
    public static bool IsHeld => OperatingSystem.IsLinux() && OfStatus("/proc/self/status") is { } held ? held : Environment.IsPrivilegedProcess;

    private static bool? OfStatus(string file)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Effective, StringComparison.Ordinal));
            return ulong.TryParse(line?[Effective.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var held) ? (held >> NetAdmin & 1) == 1 : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
