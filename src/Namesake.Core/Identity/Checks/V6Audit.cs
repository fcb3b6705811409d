using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group V6 that are looked at in an audit and stop no delivery by themselves.</summary>
public static class V6Audit
{
    public static ImmutableArray<IdentityCheck> All { get; } = [new UnplannedV6Check(), new StableV6Check(), new TranslatedV6Check()];
}

/// <summary>V6-01: nothing on this node would greet under the brand's name by an IPv6 address nobody planned.</summary>
/// <remarks>The relay binds every socket, so its own mail can't: then this is a warning about other programs of the node. For a configuration that doesn't bind it is a fault.</remarks>
public sealed class UnplannedV6Check() : IdentityCheck(new CheckCard("V6-01", CheckKind.Configuration)
{
    Title = "the kernel would not choose IPv6 for receivers while the brand has no IPv6 source",
    Severity = FindingSeverity.Fail, When = CheckMoments.Gate | CheckMoments.Audit,
    Evidence = "the route and source the kernel would choose for an IPv6 receiver; the sources with the same name", EnforcedBy = "Gmail's rule for IPv6 (5.7.1, IPv6AuthError)",
    Fix = FixKind.Configuration, Remedy = "Give the brand an IPv6 source with PTR and AAAA records, or keep other programs of this node from sending mail by IPv6", Article = "unplanned-ipv6",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        const string Expected = "an IPv6 source of the same name, or no way out by IPv6";
        if (source.Family == AddressFamily.InterNetworkV6)
            return NotApplicable("it is an IPv6 source itself");
        if (facts.Host is not { } host)
            return NotObservable("needs the routes of the node that sends");
        if (host.UnboundV6 is not { } choice)
            return Pass("no way out by IPv6", Expected);
        if (facts.Pool.FirstOrDefault(member => member.Family == AddressFamily.InterNetworkV6) is { } planned)
            return Pass($"{planned.Id} is its IPv6 source, {planned.PublicAddress}", Expected);
        var isBound = facts.Bind is { Works: true };
        return Bad($"an unbound socket would leave from {choice.Source} by {choice.Device}{(isBound ? "; mail of this relay is bound and does not" : "")}", Expected,
            $"Give the brand an IPv6 source (localAddress {choice.Source}, with PTR and AAAA records of {source.Ehlo}); else keep whatever sends mail unbound on this node to IPv4 (Postfix: inet_protocols = ipv4), or reject TCP port 25 by IPv6")
            with { Severity = isBound ? FindingSeverity.Warn : null };
    }
}

/// <summary>V6-02: an IPv6 source stands on an address that stays.</summary>
public sealed class StableV6Check() : IdentityCheck(new CheckCard("V6-02", CheckKind.Configuration)
{
    Title = "an IPv6 source is no temporary, deprecated or duplicate address",
    Severity = FindingSeverity.Fail, When = CheckMoments.Gate | CheckMoments.Audit,
    Evidence = "the flags of the address on its interface", EnforcedBy = "no PTR can follow an address that changes",
    Fix = FixKind.Configuration, Remedy = "Use a static address, or the stable one of autoconfiguration", Article = "temporary-ipv6",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var local = facts.Source.LocalAddress;
        const string Expected = "a stable address";
        if (local.AddressFamily != AddressFamily.InterNetworkV6)
            return NotApplicable("it is an IPv4 source");
        if (facts.Bind is { Temporary: true })
            return NotApplicable("it is temporary or deprecated (EG-03)");
        if (facts.Host is not { } host)
            return NotObservable("needs the interfaces of the node that sends");
        if (host.Find(local) is not { } address)
            return facts.Bind is { Works: true } ? Pass("on no interface, it binds by a route of the operator's", Expected) : NotApplicable("the local address is on no interface (EG-03)");
        var wrong = address.Marks & (AddressMarks.Temporary | AddressMarks.Deprecated | AddressMarks.Duplicate);
        if (wrong == 0)
            return Pass(address.IsLeased ? $"autoconfigured or leased on {address.Device}, and stable" : $"static on {address.Device}", Expected);
        var stable = host.Addresses.FirstOrDefault(other => other.Device == address.Device && other.Address.AddressFamily == AddressFamily.InterNetworkV6 && SpecialAddresses.IsPublic(other.Address)
            && (other.Marks & (AddressMarks.Temporary | AddressMarks.Deprecated | AddressMarks.Duplicate)) == 0);
        return Bad($"{local} on {address.Device} is {wrong.ToString().ToLowerInvariant()}", Expected,
            stable is null ? $"Give {address.Device} a static IPv6 address and use it as localAddress" : $"Use {stable.Address} as localAddress, with PTR and AAAA records of {facts.Source.Ehlo}");
    }
}

/// <summary>V6-06: no IPv6 address is translated on the way, and no IPv4 one is carried over IPv6.</summary>
public sealed class TranslatedV6Check() : IdentityCheck(new CheckCard("V6-06", CheckKind.Outside)
{
    Title = "there is no NAT66, NPTv6 or 464XLAT on the way out",
    Severity = FindingSeverity.Warn,
    Evidence = "the echo of receivers and reflectors against the local address; the addresses kept for 464XLAT", EnforcedBy = "as EG-01",
    Fix = FixKind.Firewall, Remedy = "Send from the address itself: IPv6 needs no translation. Behind 464XLAT the public address is the provider's, shared with others: use a delegated route", Article = "ipv6-translation",
})
{
    // RFC 7335 §4: what the client side of 464XLAT numbers itself from.
    private static readonly IPRange Clat = IPRange.Parse("192.0.0.0/29");

    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        if (source.Family == AddressFamily.InterNetwork)
            return Clat.Contains(source.LocalAddress) || facts.Host?.Bound?.Device.StartsWith("clat", StringComparison.Ordinal) == true
                ? Bad($"{source.LocalAddress} is carried over IPv6 (464XLAT)", "an IPv4 address of the node or of its own translation", "Send mail by IPv6, or through a smart host on a delegated route: behind 464XLAT the IPv4 address outside is shared with strangers")
                : NotApplicable("it is an IPv4 source");
        var expected = $"{source.LocalAddress} seen as itself";
        if (source.IsTranslated)
            return Bad($"{source.LocalAddress} is declared to be seen as {source.PublicAddress}: {KindOf(source.LocalAddress, source.PublicAddress)}", expected, Fix(source.LocalAddress));
        if (facts.Outbound?.Echoes.FirstOrDefault(echo => !echo.Seen!.Equals(source.LocalAddress)) is { } other)
            return Bad($"{other.Host} sees {other.Seen}: {KindOf(source.LocalAddress, other.Seen!)}", expected, Fix(source.LocalAddress));
        if (facts.Outbound?.Echoes.FirstOrDefault() is { } echo)
            return Pass($"{echo.Host} sees {echo.Seen}", expected);
        if (facts.Egress is { Confirmed: { } proof, IsFresh: true } && proof.Evidence is "echo" or "witness")
            return Pass($"{proof.From} sees {source.LocalAddress}", expected);
        return facts.Outbound is null ? NotObservable(EgressAudit.NeedsSessions) : Unknown("nobody said which address it sees", expected, UnknownCause.NoWitness);
    }

    private static string Fix(IPAddress local) => $"Exempt {local} from the translation of IPv6 (nft: ip6 saddr {local} tcp dport 25 accept, before it), and declare the address itself as publicAddress";

    // A prefix translation keeps the host's half of the address (RFC 6296 §3.5 changes one word of it at most where the prefix is long).
    private static string KindOf(IPAddress local, IPAddress outside) =>
        outside.AddressFamily == AddressFamily.InterNetworkV6 && local.GetAddressBytes().AsSpan(8).SequenceEqual(outside.GetAddressBytes().AsSpan(8)) ? "a prefix translation (NPTv6)" : "NAT66";
}
