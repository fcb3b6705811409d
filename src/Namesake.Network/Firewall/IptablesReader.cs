using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <param name="Rules">All of the table nat, as a new connection meets them.</param>
/// <param name="Own">Our own chain in it.</param>
internal sealed record IptablesReading(NatRules Rules, OwnChain Own);

/// <summary>Reads what <c>iptables-save</c> prints of the table nat (iptables-extensions(8)). What it doesn't understand becomes a condition nobody can judge, never a rule that isn't there.</summary>
internal static class IptablesReader
{
    /// <summary>Most that is read: a node with tens of thousands of rules has some megabytes.</summary>
    public const int MostOctets = 32 * 1024 * 1024;

    public const int MostRules = 50_000;

    /// <summary>As nft names the chains of iptables' table nat, whichever kind of iptables made it.</summary>
    public const string Scope = "ip nat ";

    // The kernel's priorities of iptables' nat: NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC.
    public const int Output = -100, Postrouting = 100;

    /// <param name="scope">What stands before the names of its chains.</param>
    public static IptablesReading Read(string text, string scope = Scope)
    {
        ArgumentNullException.ThrowIfNull(text);
        var chains = new Dictionary<string, List<NatRule>>(StringComparer.Ordinal);
        var own = new OwnChain();
        var count = 0;
        foreach (var line in NatLines(text))
            if (line.StartsWith(':') && line.IndexOf(' ', StringComparison.Ordinal) is > 1 and var end)
            {
                chains.TryAdd(line[1..end], []);
                own.Declare(line[1..end]);
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal) && count++ < MostRules && IptablesWords.Of(line) is [_, var chain, .. var words])
            {
                if (!chains.TryGetValue(chain, out var rules))
                    chains.Add(chain, rules = []);
                own.Take(chain, words, line);
                rules.Add(IptablesRule.Read(words, string.Create(CultureInfo.InvariantCulture, $"{scope}{chain}, rule {rules.Count + 1}"), scope, chains.ContainsKey));
            }
        return new IptablesReading(new NatRules(Hooked("OUTPUT", Output), Hooked("POSTROUTING", Postrouting),
            chains.Where(chain => chain.Key is not ("PREROUTING" or "INPUT" or "OUTPUT" or "POSTROUTING")).ToFrozenDictionary(chain => scope + chain.Key, chain => Chain(chain.Key, 0), StringComparer.Ordinal)), own);

        ImmutableArray<NatChain> Hooked(string name, int priority) => chains.ContainsKey(name) ? [Chain(name, priority)] : [];
        NatChain Chain(string name, int priority) => new(scope + name, AddressFamily.InterNetwork, [.. chains[name]]) { Priority = priority };
    }

    /// <summary>Of the table nat, without the counters that <c>-c</c> puts before a rule.</summary>
    private static IEnumerable<string> NatLines(string text)
    {
        var isNat = false;
        using var lines = new StringReader(text);
        while (lines.ReadLine()?.Trim() is { } line)
        {
            if (line.StartsWith('*'))
                isNat = line == "*nat";
            else if (isNat && line.Length > 0)
                yield return line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end ? line[(end + 2)..] : line;
        }
    }
}
