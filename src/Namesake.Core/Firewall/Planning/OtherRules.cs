using System.Collections.Frozen;
using System.Collections.Immutable;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Firewall.Planning;

/// <summary>The rules of a node without ours: what a packet meets if we weren't there, and what it meets before us.</summary>
/// <remarks>Ours are a chain of their own at its priority (nft), or a chain that a rule of another one jumps to (iptables).</remarks>
internal static class OtherRules
{
    /// <param name="own">The beginning of our own chain's name.</param>
    public static NatRules Of(NatRules rules, string own) => new(Without(rules.Output, own), Without(rules.Postrouting, own),
        rules.Others.Where(chain => !IsOwn(chain.Key, own)).ToFrozenDictionary(chain => chain.Key, chain => Without(chain.Value, own), StringComparer.Ordinal));

    /// <summary>What is met before ours: chains of a lower priority; where we are jumped to, the rules before that one. Where we are not there yet, our jump will be the first rule of its chain.</summary>
    /// <param name="priority">Of our chain, or of the one that jumps to it.</param>
    public static NatRules Before(NatRules rules, string own, int priority) => rules with
    {
        Output = [],
        Postrouting = [.. rules.Postrouting.Where(chain => !IsOwn(chain.Name, own) && (chain.Priority < priority || chain.Rules.Any(rule => LeadsTo(rule, own))))
            .Select(chain => chain with { Rules = [.. chain.Rules.TakeWhile(rule => !LeadsTo(rule, own))] })],
    };

    private static ImmutableArray<NatChain> Without(ImmutableArray<NatChain> chains, string own) => [.. chains.Where(chain => !IsOwn(chain.Name, own)).Select(chain => Without(chain, own))];

    private static NatChain Without(NatChain chain, string own) => chain with { Rules = chain.Rules.RemoveAll(rule => LeadsTo(rule, own)) };

    private static bool LeadsTo(NatRule rule, string own) => rule.Action is NatAction.Jump jump && IsOwn(jump.Chain, own);

    private static bool IsOwn(string chain, string own) => chain.StartsWith(own, StringComparison.Ordinal);
}
