using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Facts;

/// <summary>The way the first packet of a mail session takes through a node's rules for translation.</summary>
/// <remarks>Netfilter decides on a connection's first packet, and the first rule that translates wins. A rule is met for certain, or not, or perhaps (it looks at something that can't be known
/// from here). Whoever stands behind a "perhaps" that ends the way is itself only perhaps met. The walk ends with the first rule met for certain; what may come before it is kept.</remarks>
public sealed class NatWalk
{
    private const int MailPort = 25;

    // Stand for all receivers; no packet is sent anywhere.
    private static readonly IPAddress SomeReceiver = IPAddress.Parse("198.41.0.4"), SomeReceiverV6 = IPAddress.Parse("2001:503:ba3e::2:30");

    /// <summary>Kernels refuse deeper nests of chains.</summary>
    private const int Deepest = 16;

    /// <summary>Rules looked at for one packet: bounds what jumps that meet again and again may cost.</summary>
    private const int MostSteps = 20_000;

    private readonly NatRules _rules;
    private readonly IPAddress _source;
    private readonly string? _device;
    private readonly List<NatRule> _perhaps = [];
    private NatRule? _met;
    private bool _inDoubt;
    private int _steps;

    private NatWalk(NatRules rules, IPAddress source, string? device) => (_rules, _source, _device) = (rules, source, device);

    /// <param name="device">The interface the packet leaves by; null: not known.</param>
    public static NatOutcome Of(NatRules rules, IPAddress source, string? device)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(source);
        var output = new NatWalk(rules, source, device);
        output.Walk(rules.Output);
        var leaving = new NatWalk(rules, source, device);
        leaving.Walk(rules.Postrouting);
        return new NatOutcome(output._met, leaving._met, [.. output._perhaps, .. leaving._perhaps]);
    }

    private enum Ended
    {
        No,

        /// <summary>This base chain; others of the hook are still met.</summary>
        Chain,
        Walk,
    }

    private void Walk(ImmutableArray<NatChain> chains)
    {
        foreach (var chain in chains)
            if ((chain.Family is null || chain.Family == _source.AddressFamily) && Walk(chain, 0) == Ended.Walk)
                return;
    }

    private Ended Walk(NatChain chain, int depth)
    {
        foreach (var rule in chain.Rules)
        {
            if (++_steps > MostSteps)
                return Ended.Walk;
            var meets = Meets(rule);
            if (meets == false || Effect(rule) is not { } action)
                continue;
            var certain = meets == true && !_inDoubt;
            switch (action)
            {
                case NatAction.Jump jump when depth < Deepest && _rules.Others.TryGetValue(jump.Chain, out var next):
                    _inDoubt |= meets is null;
                    var ended = Walk(next, depth + 1);
                    if (ended != Ended.No)
                        return ended;
                    if (!jump.Comes && certain)
                        return Ended.Chain;
                    break;
                case NatAction.Return when certain:
                    return depth == 0 ? Ended.Chain : Ended.No;
                case NatAction.End when certain:
                    return Ended.Chain;
                case NatAction.Return or NatAction.End:
                    _inDoubt = true;
                    break;
                case NatAction.Unclear or NatAction.Jump:
                    _perhaps.Add(rule);
                    _inDoubt = true;
                    break;
                default:
                    if (certain)
                    {
                        _met = rule with { Action = action };
                        return Ended.Walk;
                    }
                    _perhaps.Add(rule with { Action = action });
                    break;
            }
        }
        return Ended.No;
    }

    /// <summary>Null: a map that has nothing for this source, or a rule that does nothing.</summary>
    private NatAction? Effect(NatRule rule) => rule.Action switch
    {
        NatAction.SnatByMap map => map.Find(_source) is { } to ? new NatAction.Snat(to) : null,
        NatAction.Nothing => null,
        var action => action,
    };

    private bool? Meets(NatRule rule)
    {
        bool? all = true;
        foreach (var condition in rule.Conditions)
            switch (Meets(condition))
            {
                case false:
                    return false;
                case null:
                    all = null;
                    break;
            }
        return all;
    }

    private bool? Meets(NatCondition condition)
    {
        bool? meets = condition.Subject switch
        {
            NatSubject.Source => condition.Values.Contains(_source),
            NatSubject.Protocol => condition.Values.Contains("tcp"),
            NatSubject.DestinationPort => condition.Values.Contains(MailPort),
            NatSubject.OutDevice when _device is not null => condition.Values.Contains(_device),
            NatSubject.Destination => MeetsReceivers(condition.Values),
            _ => null,
        };
        return condition.IsNegated ? !meets : meets;
    }

    // Receivers are everywhere on the Internet: rules for private networks are never meant for them, and what is meant for some of them is met sometimes.
    private bool? MeetsReceivers(NatValues values) =>
        values.Contains(_source.AddressFamily == AddressFamily.InterNetwork ? SomeReceiver : SomeReceiverV6) ? true
        : values.Addresses.All(address => !SpecialAddresses.IsPublic(address)) && values.Spans.All(span => !SpecialAddresses.IsPublic(span.First)) ? false
        : null;
}

/// <param name="Diverted">The rule that leads mail sessions elsewhere; null: none for certain.</param>
/// <param name="Translated">The rule that changes the source's address; null: none for certain.</param>
/// <param name="Perhaps">Rules before those that may have their way: they look at what can't be known from here.</param>
public sealed record NatOutcome(NatRule? Diverted, NatRule? Translated, ImmutableArray<NatRule> Perhaps);
