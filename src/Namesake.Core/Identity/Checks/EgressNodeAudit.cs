using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>EG-10: the first rule that translates mail of the source on this node is the one that is meant.</summary>
public sealed class NatOrderCheck() : IdentityCheck(new CheckCard("EG-10", CheckKind.Outside)
{
    Title = "no earlier rule on this node shadows the translation that is meant",
    Severity = FindingSeverity.Warn,
    Evidence = "the rules of nftables and iptables, walked as the first packet of a mail session does", EnforcedBy = "as EG-01",
    Fix = FixKind.Firewall, Remedy = "Put the translation of mail before masquerade and other NAT rules, or exempt the source's port 25 from them", Article = "nat-order",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = source.IsTranslated ? $"{source.LocalAddress} translated to {source.PublicAddress} for TCP port 25, or not here" : $"mail of {source.LocalAddress} not translated";
        if (facts.Firewall?.Nat is not { } rules)
            return NotObservable($"needs the firewall rules of the node that sends: nft or iptables-save, and the privilege CAP_NET_ADMIN{(facts.Firewall?.Trouble is { } trouble ? $" ({trouble})" : "")}");
        var walk = NatWalk.Of(rules, source.LocalAddress, facts.Host?.Bound?.Device);
        if (walk.Diverted is { } diverted)
            return Bad($"{diverted.Text} ({diverted.Place})", expected, $"Exempt TCP port 25 of {source.LocalAddress} from {diverted.Place}: mail sessions end at a proxy instead of the receiver");
        if (walk.Translated is { } rule)
            switch (Suits(rule.Action, facts))
            {
                case false:
                    return Bad($"{rule.Text} ({rule.Place}) is met first", expected, Fix(facts, rule));
                case null:
                    return Unknown($"{rule.Text} ({rule.Place}): which address it takes can't be told without the node's routes", expected, UnknownCause.Trouble);
            }
        if (walk.Perhaps.FirstOrDefault(perhaps => Suits(perhaps.Action, facts) != true) is { } doubtful)
            return Unknown($"{doubtful.Text} ({doubtful.Place}) may be met: it looks at what can't be told from here", expected, UnknownCause.Trouble);
        if (walk.Translated is { } right)
            return Pass($"{right.Text} ({right.Place})", expected);
        return source.IsTranslated
            ? NotObservable("no rule on this node translates mail of this source: needs the rules of whatever does")
            : Pass("no rule on this node translates its mail", expected);
    }

    /// <summary>Null: can't be told.</summary>
    private static bool? Suits(NatAction action, IdentityFacts facts) => action switch
    {
        NatAction.Snat snat => snat.To.IsSingle && snat.To.First.Equals(facts.Source.PublicAddress),
        // It takes the address the kernel would: harmless where that is the source's own, and its public one.
        NatAction.Masquerade => facts.Host is { } host ? host.Unbound?.Source.Equals(facts.Source.PublicAddress) ?? false : null,
        _ => false,
    };

    private static string Fix(IdentityFacts facts, NatRule rule)
    {
        var source = facts.Source;
        var family = source.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "ip" : "ip6";
        return source.IsTranslated
            ? $"Put before {rule.Place}: {family} saddr {source.LocalAddress} tcp dport 25 snat to {source.PublicAddress}"
            : $"Put before {rule.Place}: {family} saddr {source.LocalAddress} tcp dport 25 accept";
    }
}

/// <summary>EG-11: no live connection still uses the address of a translation that was changed.</summary>
public sealed class LiveStatesCheck() : IdentityCheck(new CheckCard("EG-11", CheckKind.Outside)
{
    Title = "no live connection still leaves by a translation that was changed",
    Severity = FindingSeverity.Warn,
    Evidence = "the kernel's connection table (conntrack)", EnforcedBy = "as EG-01, for the messages of those connections",
    Fix = FixKind.Firewall, Remedy = "Close the connections that kept the old address: conntrack -D, or restart the relay", Article = "nat-states",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"connections to port 25 from {source.LocalAddress} under {source.PublicAddress}";
        if (facts.Firewall?.Connections is not { } all)
            return NotObservable($"needs the connection table of the node that translates (nf_conntrack){(facts.Firewall?.Trouble is { } trouble ? $": {trouble}" : "")}");
        var mine = all.Where(one => one.Local.Equals(source.LocalAddress)).ToList();
        var here = mine.Where(one => !one.Outside.Equals(source.LocalAddress)).ToList();
        if (source.IsTranslated && here.Count == 0)
            return NotObservable(mine.Count == 0 ? "no connection is open now" : "this node doesn't translate them: needs the table of whatever does");
        var old = here.Where(one => !one.Outside.Equals(source.PublicAddress)).ToList();
        return old.Count == 0
            ? Pass(mine.Count == 0 ? "no connection is open" : $"{mine.Count} open, all under {source.PublicAddress}", expected)
            : Bad($"{old.Count} of {mine.Count} open connections leave as {string.Join(", ", old.Select(one => one.Outside).Distinct().Take(4))}", expected,
                $"Close them: conntrack -D -p tcp --orig-src {source.LocalAddress} --dport 25. Rules decide on the first packet of a connection, those that exist keep what they had");
    }
}

/// <summary>EG-13: the local address was not given for a time only.</summary>
public sealed class LeasedAddressCheck() : IdentityCheck(new CheckCard("EG-13", CheckKind.Configuration)
{
    Title = "the local address is no lease that may end",
    Severity = FindingSeverity.Warn, When = CheckMoments.Plan | CheckMoments.Audit,
    Evidence = "the address's lifetime on its interface", EnforcedBy = "",
    Fix = FixKind.Operator, Remedy = "Give the address to the interface for good, or reserve the lease; in a cloud use an address that stays with you (Elastic IP, static address)", Article = "leased-address",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var local = facts.Source.LocalAddress;
        const string Expected = "an address for good";
        if (facts.Host is not { } host)
            return NotObservable("needs the interfaces of the node that sends");
        if (host.Find(local) is not { } address)
            return facts.Bind is { Works: false } ? NotApplicable("the local address cannot be bound (EG-03)")
                : facts.Bind is { Works: true } ? Pass("on no interface, it binds by a route of the operator's", Expected)
                : NotApplicable("the local address is on no interface");
        if (!address.IsLeased)
            return Pass($"for good on {address.Device}", Expected);
        // Autoconfiguration gives the same address as long as the prefix stays: docs/verdicts.md §8. What is not of that kind has been leased by a server.
        if (local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.PrefixLength < 128)
            return Pass($"autoconfigured on {address.Device}: it stays as long as the prefix does", Expected);
        return Bad($"{local} on {address.Device} is leased for {Hours(address.Lifetime!.Value)}", Expected,
            $"Give {local} to {address.Device} for good, or reserve it where it is leased; in a cloud use an address that stays with you, or a stopped machine comes back under another");
    }

    private static string Hours(TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours:0.#} more hours" : $"{time.TotalMinutes:0} more minutes";
}
