using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>EG-01: the address the outside sees is the declared one.</summary>
public sealed class ObservedAddressCheck() : IdentityCheck(new CheckCard("EG-01", CheckKind.Outside)
{
    Title = "the address the outside sees is the declared public address",
    When = CheckMoments.Gate | CheckMoments.Wire,
    Evidence = "the EHLO echo of receivers, witnesses and reflectors", EnforcedBy = "every rule about reverse DNS is about this address",
    Fix = FixKind.Firewall | FixKind.Configuration, Remedy = "Translate the local address to the declared public address for outgoing TCP port 25, or declare the address that is seen", Article = "observed-address",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"{source.PublicAddress} as our address";
        if (facts.Egress is not { } egress)
            return NotObservable("only a session shows which address the outside sees");
        if (egress.Contradiction is { } contradiction)
            return Bad(contradiction.Evidence, expected, source.IsTranslated
                ? $"Translate {source.LocalAddress} to {source.PublicAddress} for outgoing TCP port 25 (source NAT) on the firewall. If {contradiction.Addresses[^1]} is the address this source should have, declare it: publicAddress: {contradiction.Addresses[^1]}"
                : $"Something translates {source.LocalAddress} on its way out: exclude it from masquerading for TCP port 25, or declare publicAddress: {contradiction.Addresses[^1]} and give that address PTR and A records");
        if (!source.IsTranslated)
            return facts.Bind is { Works: true }
                ? Pass($"{source.PublicAddress} is this node's own address", expected)
                : NotApplicable("the local address cannot be bound (EG-03)");
        if (egress is { Confirmed: { } proof, IsFresh: true })
            return Pass($"{source.PublicAddress}, seen by {proof.From}", expected);
        if (egress.Attested is { } word)
            return Pass($"{source.PublicAddress}, attested by {word.By} on {word.On:yyyy-MM-dd}, not observed", expected);
        return Unknown(egress.Confirmed is { } old
                ? $"no witness has confirmed {source.PublicAddress} since {old.At:yyyy-MM-dd HH:mm} UTC"
                : $"no witness has told yet which address {source.LocalAddress} is translated to; configure witnesses, or attest the translation", expected,
            UnknownCause.NoWitness);
    }
}

/// <summary>EG-02: the socket was bound to the source's local address, as getsockname tells.</summary>
public sealed class BoundSourceCheck() : IdentityCheck(new CheckCard("EG-02", CheckKind.Local)
{
    Title = "the socket was bound to the source's local address (getsockname)",
    When = CheckMoments.Wire,
    Evidence = "getsockname after connect", EnforcedBy = "ourselves",
    Fix = FixKind.Configuration, Remedy = "Look for rules on this node that redirect connections, or correct localAddress", Article = "bound-source",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"sockets bound to {facts.Source.LocalAddress}";
        if (facts.Wire is { Check: "EG-02" } fault)
            return Bad(fault.Seen, expected, $"Look for rules on this node that redirect connections of {facts.Source.LocalAddress}, or correct localAddress");
        return facts.Bind switch
        {
            null => NotObservable("only the node that sends can tell"),
            { Works: true } => Pass("binds", expected),
            _ => NotApplicable("the local address cannot be bound (EG-03)"),
        };
    }
}

/// <summary>EG-03: the local address is on this node and can be bound.</summary>
public sealed class LocalAddressCheck() : IdentityCheck(new CheckCard("EG-03", CheckKind.Local)
{
    Title = "the local address is on this node and can be bound",
    When = CheckMoments.Gate,
    Evidence = "a try to bind, the interface's flags", EnforcedBy = "ourselves",
    Fix = FixKind.Configuration | FixKind.Operator, Remedy = "Add the address to an interface of this node, or correct localAddress", Article = "bound-source",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var local = facts.Source.LocalAddress;
        var expected = $"{local} on this node";
        var fix = $"Add {local} to an interface of this node (ip address add {local}), or correct localAddress";
        return facts switch
        {
            { Wire: { Check: "EG-03" } fault } => Bad(fault.Seen, expected, fix),
            { Bind: null } => NotObservable("only the node that sends can tell"),
            { Bind: { Works: true, Temporary: true } } => Bad($"{local} is a temporary or deprecated IPv6 address", "a stable address",
                "Use an address of the interface that stays (a static one, or stable SLAAC); a temporary one changes and no PTR can follow it"),
            { Bind.Works: true } => Pass("binds", expected),
            _ => Bad($"{local} cannot be bound: {facts.Bind.Trouble ?? "the system gave no reason"}", expected, fix),
        };
    }
}

/// <summary>EG-04: the same source always comes out under the same address.</summary>
public sealed class OneAddressCheck() : IdentityCheck(new CheckCard("EG-04", CheckKind.Outside)
{
    Title = "the same source always comes out under the same address",
    When = CheckMoments.Audit,
    Evidence = "the addresses several sightings show", EnforcedBy = "as EG-01",
    Fix = FixKind.Firewall, Remedy = "Pin the local address to its public address for outgoing TCP port 25, or send through a smart host on a delegated route", Article = "nat-pool",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"always {facts.Source.PublicAddress}";
        return facts.Egress switch
        {
            null => NotObservable("only the node that sends can tell"),
            { Contradiction: { IsPool: true } pool } => Bad(pool.Evidence, expected,
                $"The translation uses several addresses (a NAT pool, CGNAT or a second uplink). Pin {facts.Source.LocalAddress} to {facts.Source.PublicAddress} for outgoing TCP port 25; where that can't be had, send through a smart host on a delegated route"),
            { Contradiction: not null } => NotApplicable("one foreign address is seen (EG-01)"),
            _ => Pass("one address", expected), // A window not yet filled never holds.
        };
    }
}

/// <summary>EG-05: the public address can be one on the Internet.</summary>
public sealed class PublicAddressCheck() : IdentityCheck(new CheckCard("EG-05", CheckKind.Configuration)
{
    Title = "the public address can be one on the Internet",
    When = CheckMoments.Plan | CheckMoments.Gate,
    Evidence = "the declared public address", EnforcedBy = "policy block lists",
    Fix = FixKind.Configuration | FixKind.Firewall, Remedy = "Declare as publicAddress the address receivers see, behind all translation", Article = "public-address",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var address = facts.Source.PublicAddress;
        const string Expected = "a public address";
        return SpecialAddresses.Purpose(address) is { } purpose && !facts.TreatAsPublic.Any(range => range.Contains(address))
            ? Bad($"{address} is reserved: {purpose}", Expected, "Declare as publicAddress the address receivers see, behind all translation; your provider or any receiver's log tells it")
            : Pass(address.ToString(), Expected);
    }
}

/// <summary>EG-09: two brands don't share one public address unless both sources say so.</summary>
public sealed class UnsharedAddressCheck() : IdentityCheck(new CheckCard("EG-09", CheckKind.Configuration)
{
    Title = "two brands don't share a public address unless both sources say `shared: true`",
    When = CheckMoments.Plan | CheckMoments.Gate,
    Evidence = "the public addresses of all sources", EnforcedBy = "receivers that look at names per address",
    Fix = FixKind.Configuration | FixKind.Firewall, Remedy = "Give each brand an address of its own, or say shared: true on all of them and let them bear one neutral name", Article = "shared-address",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var address = facts.Source.PublicAddress;
        var expected = $"{address} used by one brand, or shared: true under one neutral name";
        var others = facts.SameAddress.Where(neighbour => neighbour.OtherBrand).Select(neighbour => neighbour.Source.Value).ToList();
        return others.Count == 0
            ? Pass("one brand", expected)
            : Bad($"{address} also serves another brand through {string.Join(", ", others)}", expected,
                "Give each brand an address of its own, or say shared: true on all of them and let them bear one neutral name");
    }
}
