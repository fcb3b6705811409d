using System.Text;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>Our own chain by iptables, of either kind.</summary>
internal sealed class IptablesTool(FirewallTools tools, TimeProvider time) : IRuleTool
{
    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Command => "iptables-restore --noflush";

    public string Package => "iptables";

    public async Task<ToolReading> ReadAsync(CancellationToken cancellation)
    {
        var node = await NodeRules.ReadAsync(tools, withIptables: true, time, cancellation);
        if (node.Iptables is not { Own: var own })
            return new ToolReading(new FirewallReading(null, "", null, node.IptablesTrouble), _ => throw new InvalidOperationException("what can't be read is not written over"));
        var (ours, trouble) = own.Read();
        return new ToolReading(new FirewallReading(ours, own.Text, node.Rules, trouble), made => Script(own, made));
    }

    public Task<ProgramRun> CheckAsync(string script, CancellationToken cancellation) => RestoreAsync(["--test"], script, cancellation);

    // Through a pipe: what ends before COMMIT, because we were killed, has no effect.
    public Task<ProgramRun> LoadAsync(string script, FirewallLock held, CancellationToken cancellation) => RestoreAsync([], script, cancellation, held);

    /// <summary>As one commit of the table nat. A chain that is there, a rule or a jump that isn't, or a chain that isn't empty in the end: each makes iptables refuse all of it.</summary>
    private static string Script(OwnChain present, TranslationTable? made)
    {
        var script = new StringBuilder("*nat\n");
        if (!present.IsThere)
            script.Append("-N " + IptablesText.Chain + "\n");
        else if (present.Jump is null)
            script.Append("-F " + IptablesText.Chain + "\n");
        else
            foreach (var rule in present.Rules)
                script.Append("-D " + IptablesText.Chain + " ").Append(rule).Append('\n');
        var isWanted = made is { Mappings.IsEmpty: false };
        if (present.Jump is { } jump && (!isWanted || !present.IsFirst))
            script.Append("-D POSTROUTING ").Append(jump).Append('\n');
        foreach (var mapping in made?.Mappings ?? [])
            script.Append("-A " + IptablesText.Chain + " ").Append(IptablesText.Rule(made!, mapping)).Append('\n');
        if (isWanted && present is not { Jump: not null, IsFirst: true })
            script.Append("-I POSTROUTING 1 " + IptablesText.Jump + "\n");
        if (made is null)
            script.Append("-X " + IptablesText.Chain + "\n");
        return script.Append("COMMIT\n").ToString();
    }

    private Task<ProgramRun> RestoreAsync(string[] mode, string script, CancellationToken cancellation, FirewallLock? held = null) =>
        ProgramRun.OfAsync([.. tools.IptablesRestore, .. mode, "--wait", "5", "--noflush"], Encoding.UTF8.GetBytes(script), MostOutput, Patience, time, cancellation, held?.Handle);
}
