using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>What a tool's complaint means and what to do about it, in words for the one who has to.</summary>
internal static class ToolTrouble
{
    /// <param name="command">As a person would type it: "nft -f FILE".</param>
    /// <param name="package">What brings the tool.</param>
    public static string Of(string command, ProgramRun run, string package) => run.End switch
    {
        ProgramEnd.NotStarted => $"`{command}`: {run.Complaint}. Install the package {package}, or see that the program is in PATH or /usr/sbin",
        ProgramEnd.Stopped => $"`{command}`: {run.Complaint}",
        _ => $"`{command}` ended with {run.Code}: {Shortened(run.Complaint)}{Advice(run.Complaint)}",
    };

    private static string Advice(string complaint) =>
        Says(complaint, "not permitted") || Says(complaint, "Permission denied") || Says(complaint, "must be root")
            ? ". It takes root, or the capability CAP_NET_ADMIN in this network namespace (systemd: AmbientCapabilities=CAP_NET_ADMIN; a container: --cap-add NET_ADMIN)"
        : Says(complaint, "not supported") || Says(complaint, "can't initialize iptables table") || Says(complaint, "No chain/target/match by that name") || Says(complaint, "Failed to initialize nft")
            ? ". This kernel has no translation: it needs nf_tables and nft_chain_nat, or iptable_nat for iptables-legacy (`modprobe nft_chain_nat`; inside a container the host must have it)"
        : Says(complaint, "xtables lock") ? ". Another program is writing rules: try again" : "";

    private static bool Says(string complaint, string words) => complaint.Contains(words, StringComparison.OrdinalIgnoreCase);

    // nft shows the place of an error by a line of carets: two lines tell it.
    private static string Shortened(string complaint)
    {
        var lines = complaint.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.All(c => c is '^' or '~')).Take(3).ToList();
        var text = lines.Count == 0 ? "it said nothing" : string.Join(" / ", lines);
        return text.Length <= 400 ? text : text[..400] + "…";
    }
}
