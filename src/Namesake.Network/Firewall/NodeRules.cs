using System.Collections.Frozen;
using System.Text;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>All rules for translation of a node, whichever tool made them: nft's own, iptables-nft's among them, and iptables-legacy's beside them.</summary>
/// <param name="Rules">Null: can't be read.</param>
/// <param name="Json">What nft printed; null: nothing.</param>
/// <param name="Iptables">What iptables printed; null: it wasn't asked, or said nothing.</param>
/// <param name="NftTrouble">Why nft's rules can't be read.</param>
/// <param name="IptablesTrouble">Why iptables' can't.</param>
internal sealed record NodeRules(NatRules? Rules, byte[]? Json, IptablesReading? Iptables, string? NftTrouble, string? IptablesTrouble)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="withIptables">iptables is asked in any case: our own chain is there.</param>
    public static async Task<NodeRules> ReadAsync(FirewallTools tools, bool withIptables, TimeProvider time, CancellationToken cancellation)
    {
        // First, for the file is this thread's, and behind an await the thread is another. Asking iptables-legacy where nobody uses it would load its modules.
        var legacy = LegacyTables();
        var nft = await ProgramRun.OfAsync([.. tools.Nft, "-j", "list", "ruleset"], null, RulesetReader.MostOctets, Patience, time, cancellation);
        var rules = nft.IsDone ? RulesetReader.Read(nft.Output) : null;
        var nftTrouble = rules is not null ? null : nft.IsDone ? "what `nft -j list ruleset` prints can't be read" : ToolTrouble.Of("nft -j list ruleset", nft, "nftables");
        // nft can't tell what a rule of iptables' own modules does; iptables can.
        var isMixed = nft.IsDone && nft.Output.AsSpan().IndexOf("\"xt\":"u8) >= 0;
        var isAlone = nft.End == ProgramEnd.NotStarted && !withIptables && (legacy || await IsOfNftAsync(tools, time, cancellation));
        var (save, saveTrouble) = withIptables || isMixed || isAlone ? await SaveAsync(tools.IptablesSave, time, cancellation) : (null, null);
        var isLegacy = save is not null && !save.Contains("(nf_tables)", StringComparison.Ordinal);
        var reading = save is null ? null : IptablesReader.Read(save);
        if (reading is not null && (rules is null || isLegacy || isMixed || withIptables))
            rules = rules is null ? reading.Rules : With(rules, reading.Rules);
        if (legacy && !isLegacy && (await SaveAsync(tools.LegacySave, time, cancellation)).Output is { } old && rules is not null)
            rules = With(rules, IptablesReader.Read(old, "ip legacy-nat ").Rules);
        return new NodeRules(rules, nft.IsDone ? nft.Output : null, reading, nftTrouble, saveTrouble);
    }

    /// <summary>Where nft is not installed iptables may still be nft's: its rules are in the kernel, and only it can show them.</summary>
    private static async Task<bool> IsOfNftAsync(FirewallTools tools, TimeProvider time, CancellationToken cancellation) =>
        (await ProgramRun.OfAsync([.. tools.IptablesSave, "--version"], null, IptablesReader.MostOctets, Patience, time, cancellation)).Output.AsSpan().IndexOf("(nf_tables)"u8) >= 0;

    private static async Task<(string? Output, string? Trouble)> SaveAsync(System.Collections.Immutable.ImmutableArray<string> save, TimeProvider time, CancellationToken cancellation)
    {
        var run = await ProgramRun.OfAsync([.. save, "-t", "nat"], null, IptablesReader.MostOctets, Patience, time, cancellation);
        return run.IsDone ? (Encoding.UTF8.GetString(run.Output), null) : (null, ToolTrouble.Of("iptables-save -t nat", run, "iptables"));
    }

    /// <summary>Chains of the same name are iptables', as it reads them itself; others are added where their priority puts them.</summary>
    private static NatRules With(NatRules rules, NatRules iptables)
    {
        var others = rules.Others.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, chain) in iptables.Others)
            others[name] = chain;
        return new NatRules([.. Chains(rules.Output, iptables.Output)], [.. Chains(rules.Postrouting, iptables.Postrouting)], others.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static IEnumerable<NatChain> Chains(IReadOnlyCollection<NatChain> rules, IReadOnlyCollection<NatChain> iptables)
    {
        var replaced = rules.Select(chain => iptables.FirstOrDefault(other => other.Name == chain.Name) is { } other ? other with { Priority = chain.Priority } : chain).ToList();
        return replaced.Concat(iptables.Where(chain => !rules.Any(other => other.Name == chain.Name))).OrderBy(chain => chain.Priority); // stable
    }

    private static bool LegacyTables()
    {
        try
        {
            return File.ReadLines("/proc/thread-self/net/ip_tables_names").Contains("nat");
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
