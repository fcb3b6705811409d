using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Core.Identity.Facts;

/// <summary>The rules for translation on a node, in the order in which the first packet of a connection meets them.</summary>
/// <param name="Output">Chains that new connections of the node itself meet first (destination changes: redirect, dnat).</param>
/// <param name="Postrouting">Chains that all leaving connections meet last (source changes: snat, masquerade).</param>
/// <param name="Others">Chains that are jumped to, by "family table name".</param>
public sealed record NatRules(ImmutableArray<NatChain> Output, ImmutableArray<NatChain> Postrouting, FrozenDictionary<string, NatChain> Others);

/// <param name="Name">"ip nat POSTROUTING".</param>
/// <param name="Family">The family whose packets come here; null: both.</param>
public sealed record NatChain(string Name, AddressFamily? Family, ImmutableArray<NatRule> Rules)
{
    /// <summary>Chains of one hook are met in the order of their priorities, the least first.</summary>
    public int Priority { get; init; }
}

/// <param name="Place">"ip nat POSTROUTING, handle 5".</param>
/// <param name="Conditions">All must hold.</param>
/// <param name="Text">The rule as it can be read by a person: what it does.</param>
public sealed record NatRule(string Place, ImmutableArray<NatCondition> Conditions, NatAction Action, string Text);

/// <param name="Values">One of them must be met; empty with a subject we don't understand.</param>
/// <param name="IsNegated">None of them may be met.</param>
public sealed record NatCondition(NatSubject Subject, NatValues Values, bool IsNegated = false);

/// <summary>What a condition looks at.</summary>
public enum NatSubject
{
    /// <summary>Something that can't be known from here: a mark, a user, a limit, an address set of another kind.</summary>
    Other,
    Source,
    Destination,
    OutDevice,
    Protocol,
    DestinationPort,
}

/// <summary>What a condition compares with. Large sets are looked up, not searched.</summary>
public sealed record NatValues
{
    public static NatValues None { get; } = new();

    /// <summary>Single addresses.</summary>
    public FrozenSet<IPAddress> Addresses { get; init; } = [];

    public ImmutableArray<AddressSpan> Spans { get; init; } = [];

    /// <summary>Names of devices and protocols; a device may end with <c>*</c>.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    public ImmutableArray<(int First, int Last)> Numbers { get; init; } = [];

    public bool Contains(IPAddress address) => Addresses.Contains(address) || Spans.Any(span => span.Contains(address));

    public bool Contains(int number) => Numbers.Any(range => range.First <= number && number <= range.Last);

    public bool Contains(string word) => Words.Any(known => known == word || (known.EndsWith('*') && word.StartsWith(known[..^1], StringComparison.Ordinal)));
}

/// <summary>What a rule does. A closed family.</summary>
public abstract record NatAction
{
    private NatAction()
    {
    }

    /// <summary>Nothing that ends or changes the way: a counter, a log line.</summary>
    public sealed record Nothing : NatAction;

    /// <summary>Takes an address of the device the packet leaves by.</summary>
    public sealed record Masquerade : NatAction;

    /// <summary>Changes the source to these.</summary>
    public sealed record Snat(AddressSpan To) : NatAction;

    /// <summary>Changes the source to what the map has for it; what isn't in the map goes on.</summary>
    public sealed record SnatByMap(FrozenDictionary<IPAddress, AddressSpan> Exact, ImmutableArray<(AddressSpan From, AddressSpan To)> Spans) : NatAction
    {
        public AddressSpan? Find(IPAddress source)
        {
            if (Exact.TryGetValue(source, out var to))
                return to;
            foreach (var (from, target) in Spans)
                if (from.Contains(source))
                    return target;
            return null;
        }
    }

    /// <summary>Leads the connection elsewhere: a proxy on this node or another.</summary>
    public sealed record Divert(string Text) : NatAction;

    /// <summary>The rest of the base chain is not met.</summary>
    public sealed record End : NatAction;

    /// <summary>Back to where the chain was jumped to from.</summary>
    public sealed record Return : NatAction;

    /// <param name="Comes">Whether what isn't decided there comes back (jump) or not (goto).</param>
    public sealed record Jump(string Chain, bool Comes) : NatAction;

    /// <summary>It may do anything: a verdict map, a target of another program.</summary>
    public sealed record Unclear(string Text) : NatAction;
}
