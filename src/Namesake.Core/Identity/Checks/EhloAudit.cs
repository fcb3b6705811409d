using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group EH that are looked at in an audit and stop no delivery by themselves. EH-10 holds a lane on the wire.</summary>
public static class EhloAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new NameIsNoAliasCheck(), new NoForeignAddressCheck(), new PoolIsCompleteCheck(), new NotTheReceiversNameCheck(), new NameChosenCheck(), new NameStandingCheck(), new NameNotElsewhereCheck(),
        new SameNameAfterTlsCheck(),
    ];
}

/// <summary>EH-06: the EHLO name is no alias.</summary>
public sealed class NameIsNoAliasCheck() : IdentityCheck(new CheckCard("EH-06", CheckKind.Dns)
{
    Title = "the EHLO name is no alias (CNAME)",
    Severity = FindingSeverity.Warn,
    Evidence = "CNAMEs on the way to the EHLO name's A and AAAA", EnforcedBy = "receivers that don't follow a CNAME (unverified)",
    Fix = FixKind.Dns, Remedy = "Give the EHLO name A and AAAA records of its own in place of the CNAME", Article = "ehlo-alias",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { Ehlo: var evidence })
            return NotObservable("not looked up");
        var other = facts.Name?.Of(facts.Source.Ehlo.Value)?.Of(facts.Source.Family == AddressFamily.InterNetwork ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        var aliased = new[] { evidence, other }.FirstOrDefault(one => one is { Aliases.IsEmpty: false });
        var outcome = (aliased ?? evidence).Ask(voice => voice.Aliases.IsEmpty);
        return About(outcome, aliased is null || outcome != CheckOutcome.Bad ? evidence.Describe() : $"{facts.Source.Ehlo} is an alias of {aliased.Aliases[^1]}", $"{facts.Source.Ehlo} with records of its own",
            $"Remove the CNAME of {facts.Source.Ehlo}, then: {FixText.AddAddress(facts)}", aliased ?? evidence);
    }
}

/// <summary>EH-09: a name said from several public addresses is a pool, and every member stands in its records.</summary>
public sealed class PoolIsCompleteCheck() : IdentityCheck(new CheckCard("EH-09", CheckKind.Dns)
{
    Title = "every public address that says the name stands in its A or AAAA record",
    Severity = FindingSeverity.Fail, When = CheckMoments.Plan | CheckMoments.Audit,
    Evidence = "the sources with this name, and its A and AAAA from its zone's servers", EnforcedBy = "Exim `helo_verify_hosts`, for the member that is missing",
    Fix = FixKind.Dns, Remedy = "Let the A and AAAA records of the EHLO name list every address that says it, or give those addresses names of their own", Article = "ehlo-pool",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { } dns)
            return NotObservable("not looked up");
        var (source, evidence) = (facts.Source, dns.Ehlo);
        var members = facts.Pool.Select(member => member.PublicAddress).Where(address => address.AddressFamily == source.PublicAddress.AddressFamily).Distinct().ToList();
        var expected = $"{source.Ehlo} {FixText.AddressType(source)} with every address that says it";
        if (members.Count < 2)
            return Pass($"{source.PublicAddress} alone says {source.Ehlo}", expected);
        if (evidence.Ask(voice => voice.Addresses.Any()) == CheckOutcome.Bad)
            return NotApplicable($"{source.Ehlo} has no {FixText.AddressType(source)} record (EH-04, EH-05)");
        var outcomes = members.Where(address => !address.Equals(source.PublicAddress)).Select(address => (Address: address, Outcome: evidence.Ask(voice => voice.Addresses.Contains(address)))).ToList();
        var missing = outcomes.Where(pair => pair.Outcome == CheckOutcome.Bad).Select(pair => pair.Address.ToString()).ToList();
        return missing.Count > 0
            ? About(CheckOutcome.Bad, $"{evidence.Describe()}; {string.Join(", ", missing)} {(missing.Count == 1 ? "says" : "say")} the name and {(missing.Count == 1 ? "is" : "are")} not in it", expected,
                $"Add {string.Join(", ", missing.Select(address => FixText.Record(source.Ehlo, FixText.AddressType(source), address)))}, or give {(missing.Count == 1 ? "that address" : "those addresses")} another name", evidence)
            : About(outcomes.Exists(pair => pair.Outcome == CheckOutcome.Unknown) ? CheckOutcome.Unknown : CheckOutcome.Pass, evidence.Describe(), expected, "", evidence);
    }
}

/// <summary>EH-11: the EHLO name was chosen by somebody and does not look dynamic.</summary>
public sealed class NameChosenCheck() : IdentityCheck(new CheckCard("EH-11", CheckKind.Configuration)
{
    Title = "the EHLO name does not look dynamic or like a provider's default",
    Severity = FindingSeverity.Warn, When = CheckMoments.Plan | CheckMoments.Audit,
    Evidence = "the configured EHLO name", EnforcedBy = "SpamAssassin HELO_DYNAMIC_*, rspamd HFILTER_HELO_1 to _5",
    Fix = FixKind.Dns | FixKind.Configuration, Remedy = "Choose a name such as mail.example.org, and let PTR and A records follow", Article = "ptr-generic",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var ehlo = facts.Source.Ehlo.Value;
        const string Expected = "a name that somebody chose for this host";
        return GenericName.WhyGeneric(ehlo, facts.Source.PublicAddress) is { } why
            ? Bad($"{ehlo}: {why}", Expected, $"Choose another EHLO name for {facts.Source.Id}, such as mail under a domain of yours; let its A and AAAA records and the PTR records follow first")
            : Pass(ehlo, Expected);
    }
}

/// <summary>EH-14: what was said before STARTTLS is said after it.</summary>
public sealed class SameNameAfterTlsCheck() : IdentityCheck(new CheckCard("EH-14", CheckKind.Local)
{
    Title = "the name said after STARTTLS is the one said before",
    Severity = FindingSeverity.Fail, When = CheckMoments.Wire | CheckMoments.Audit,
    Evidence = "our own bytes, before and after STARTTLS", EnforcedBy = "ourselves; receivers compare the two (unverified)",
    Fix = FixKind.Configuration, Remedy = "Report it with the log: the relay said two names", Article = "ehlo-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"EHLO {facts.Source.Ehlo} before and after STARTTLS";
        return facts.History?.Greeting switch
        {
            null => NotObservable("no session of this source was seen yet"),
            { AfterTls: null } plain => NotObservable($"the newest session seen, to {plain.Receiver}, was not encrypted"),
            { } greeting when greeting.Before == greeting.AfterTls => Pass($"EHLO {greeting.Before} twice to {greeting.Receiver}, {greeting.At:yyyy-MM-dd HH:mm} UTC", expected),
            { } greeting => Bad($"EHLO {greeting.Before}, then EHLO {greeting.AfterTls}, to {greeting.Receiver}", expected, "This is a fault of the relay: report it with the log"),
        };
    }
}

/// <summary>EH-10: we don't greet a receiver with its own name.</summary>
public sealed class NotTheReceiversNameCheck() : IdentityCheck(new CheckCard("EH-10", CheckKind.Outside)
{
    Title = "the EHLO name is no receiver's own host or domain",
    Scope = CheckScope.Lane, When = CheckMoments.Wire,
    Evidence = "the hosts mail was to go to, before anything was said to them", EnforcedBy = "Microsoft 365 5.7.506, Sendmail `block_bad_helo`",
    Fix = FixKind.Configuration, Remedy = "Give the source a name that is no mail exchanger of somebody it writes to, or route that domain internally", Article = "ehlo-receivers-name",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = $"receivers with names other than {facts.Source.Ehlo}";
        if (facts.History is not { } history)
            return NotObservable("only the node that sends can tell");
        if (!history.OwnNames.IsEmpty)
            return Bad($"{string.Join(", ", history.OwnNames.Take(5).Select(own => $"{own.Receiver} (since {own.Since:yyyy-MM-dd HH:mm} UTC)"))} would be greeted with its own name; nothing was said to it", expected,
                $"Give {facts.Source.Id} a name that is no mail exchanger of somebody it writes to. Where that receiver is yours, say so with a route: identity: internal");
        return history.Greeting is { } greeting ? Pass($"{greeting.Receiver}, the newest receiver", expected) : NotObservable("no session of this source was seen yet");
    }
}
