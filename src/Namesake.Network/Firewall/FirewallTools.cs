using System.Collections.Immutable;

namespace Namesake.Network.Firewall;

/// <summary>The programs of the system that read and write rules, each with what stands before its own arguments.</summary>
public sealed record FirewallTools
{
    // Behind the PATH of a user's session these are often not in sight.
    private static readonly ImmutableArray<string> SystemFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

    public ImmutableArray<string> Nft { get; init; } = ["nft"];

    public ImmutableArray<string> IptablesSave { get; init; } = ["iptables-save"];

    public ImmutableArray<string> IptablesRestore { get; init; } = ["iptables-restore"];

    public ImmutableArray<string> LegacySave { get; init; } = ["iptables-legacy-save"];

    public ImmutableArray<string> Conntrack { get; init; } = ["conntrack"];

    /// <summary>A folder of ours alone, for the lock and the text that is being loaded. Null: nothing is written, nor read under a lock.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Found in PATH, or else in the system's folders for administration.</summary>
    /// <param name="data">Where who isn't root keeps the lock: all that work with one configuration share it, and a place in a folder for temporary files anybody could have taken before us.</param>
    public static FirewallTools OfSystem(string? data = null) => new()
    {
        RunFolder = Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run/namesake-firewall" : data is null ? null : Path.Combine(data, "firewall"),
        Nft = [Find("nft")],
        IptablesSave = [Find("iptables-save")],
        IptablesRestore = [Find("iptables-restore")],
        LegacySave = [Find("iptables-legacy-save")],
        Conntrack = [Find("conntrack")],
    };

    private static string Find(string program)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(SystemFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? program;
    }
}
