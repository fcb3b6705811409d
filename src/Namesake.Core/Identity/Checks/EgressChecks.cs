using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>EG-01: the address the outside sees is the declared one.</summary>
public sealed class ObservedAddressCheck() : IdentityCheck("EG-01", CheckKind.Outside, null)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"{source.PublicAddress} as our address";
        if (facts.Egress is not { } egress)
            return NotApplicable("not observable here: only a session shows which address the outside sees");
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
public sealed class BoundSourceCheck() : IdentityCheck("EG-02", CheckKind.Local, null)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"sockets bound to {facts.Source.LocalAddress}";
        if (facts.Wire is { Check: "EG-02" } fault)
            return Bad(fault.Seen, expected, $"Look for rules on this node that redirect connections of {facts.Source.LocalAddress}, or correct localAddress");
        return facts.Bind switch
        {
            null => NotApplicable("not observable here"),
            { Works: true } => Pass("binds", expected),
            _ => NotApplicable("the local address cannot be bound (EG-03)"),
        };
    }
}

/// <summary>EG-03: the local address is on this node and can be bound.</summary>
public sealed class LocalAddressCheck() : IdentityCheck("EG-03", CheckKind.Local, null)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var local = facts.Source.LocalAddress;
        var expected = $"{local} on this node";
        var fix = $"Add {local} to an interface of this node (ip address add {local}), or correct localAddress";
        return facts switch
        {
            { Wire: { Check: "EG-03" } fault } => Bad(fault.Seen, expected, fix),
            { Bind: null } => NotApplicable("not observable here"),
            { Bind: { Works: true, Temporary: true } } => Bad($"{local} is a temporary or deprecated IPv6 address", "a stable address",
                "Use an address of the interface that stays (a static one, or stable SLAAC); a temporary one changes and no PTR can follow it"),
            { Bind.Works: true } => Pass("binds", expected),
            _ => Bad($"{local} cannot be bound: {facts.Bind.Trouble ?? "the system gave no reason"}", expected, fix),
        };
    }
}

/// <summary>EG-04: the same source always comes out under the same address.</summary>
public sealed class OneAddressCheck() : IdentityCheck("EG-04", CheckKind.Outside, null)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"always {facts.Source.PublicAddress}";
        return facts.Egress switch
        {
            null => NotApplicable("not observable here"),
            { Contradiction: { IsPool: true } pool } => Bad(pool.Evidence, expected,
                $"The translation uses several addresses (a NAT pool, CGNAT or a second uplink). Pin {facts.Source.LocalAddress} to {facts.Source.PublicAddress} for outgoing TCP port 25; where that can't be had, send through a smart host on a delegated route"),
            { Contradiction: not null } => NotApplicable("one foreign address is seen (EG-01)"),
            _ => Pass("one address", expected), // A window not yet filled never holds.
        };
    }
}

/// <summary>EG-05: the public address can be one on the Internet.</summary>
public sealed class PublicAddressCheck() : IdentityCheck("EG-05", CheckKind.Configuration, null)
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
public sealed class UnsharedAddressCheck() : IdentityCheck("EG-09", CheckKind.Configuration, null)
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
