using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers.Reflecting;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group EG that are looked at in an audit and stop no delivery by themselves: here what the outside shows, in EgressNodeAudit.cs what this node shows.</summary>
public static class EgressAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new EchoAgreementCheck(), new OutboundPortCheck(), new InspectionCheck(), new NatOrderCheck(), new LiveStatesCheck(), new FailoverCheck(), new LeasedAddressCheck(),
    ];

    internal const string NeedsSessions = "needs sessions from the source to configured witnesses (witnesses)";
}

/// <summary>EG-06: whoever says which address it sees says the same.</summary>
public sealed class EchoAgreementCheck() : IdentityCheck(new CheckCard("EG-06", CheckKind.Outside)
{
    Title = "receivers and reflectors that say which address they see agree",
    Severity = FindingSeverity.Fail,
    Evidence = "the EHLO echoes of several witnesses at the same time", EnforcedBy = "",
    Fix = FixKind.Operator, Remedy = "Find out why the way to some receivers is translated otherwise: a second uplink, a NAT pool, a proxy in front of one of them", Article = "echo-agreement",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        const string Expected = "one address, whoever is asked";
        if (facts.Outbound is not { } outbound)
            return NotObservable(EgressAudit.NeedsSessions);
        if (outbound.Sessions.Length < 2)
            return NotObservable("needs two witnesses; one is configured");
        var echoes = outbound.Echoes.ToList();
        if (echoes.Count < 2)
            return Unknown(echoes.Count == 0 ? "nobody said which address it sees" : $"only {echoes[0].Host} said which address it sees", Expected, UnknownCause.NoWitness);
        var said = string.Join("; ", echoes.GroupBy(echo => echo.Seen).Select(group => $"{group.Key} by {string.Join(", ", group.Select(echo => echo.Host))}"));
        return echoes.DistinctBy(echo => echo.Seen).Count() == 1
            ? Pass(said, Expected)
            : Bad(said, Expected, $"Mail of {facts.Source.LocalAddress} leaves under several addresses: pin it to {facts.Source.PublicAddress} on every way out. If one of them is only a receiver's proxy, mark its echo (namesake lanes proxy-echo)");
    }
}

/// <summary>EG-07: TCP port 25 is open on the way out.</summary>
/// <remarks>A port that is blocked mostly shows as silence, and so does a network that is down: silence alone is unknown. Two independent targets that reset the connection, or
/// another port of the same host that answers, tell the two apart. A single target may be down itself.</remarks>
public sealed class OutboundPortCheck() : IdentityCheck(new CheckCard("EG-07", CheckKind.Outside)
{
    Title = "TCP port 25 is open on the way out from the source",
    Severity = FindingSeverity.Fail,
    Evidence = "connections from the source to port 25 of configured witnesses, and to another port of a reflector", EnforcedBy = "clouds and access providers that block port 25",
    Fix = FixKind.Operator, Remedy = "Have the provider open outgoing TCP port 25 for the address, or send through a smart host on a delegated route", Article = "port-25-blocked",
})
{
    private const int MailPort = 25;

    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"TCP port 25 reachable from {source.LocalAddress}";
        if (facts.Outbound is not { } outbound)
            return NotObservable(EgressAudit.NeedsSessions);
        var sessions = outbound.Sessions.Where(session => session.Port == MailPort && session.End is not (OutboundEnd.NoAddress or OutboundEnd.Ours)).ToList();
        if (sessions.Count == 0)
            return outbound.Sessions.Any(session => session.End == OutboundEnd.Ours)
                ? NotApplicable("no session could be opened from the source itself (EG-03)")
                : NotObservable($"needs a witness with port 25 and an {(source.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address");
        // Whoever greets is reached, whatever it then says.
        if (sessions.FirstOrDefault(session => session.End == OutboundEnd.Answered || session.Greeting is not null) is { } open)
            return Pass($"{open.Host} answered", expected);
        var fix = $"Outgoing TCP port 25 is closed for {source.LocalAddress}: ask the provider to open it (many clouds do so on request only), look for a rule of your own, or send through a smart host on a delegated route";
        var seen = string.Join("; ", sessions.Select(session => $"{session.Host}: {session.Trouble}"));
        if (sessions.Find(session => session.ControlReached == true) is { } control)
            return Bad($"{seen}. Another port of {control.Host} answers", expected, fix);
        return sessions.Where(session => session.End == OutboundEnd.Refused).DistinctBy(session => session.Network).Count() > 1
            ? Bad(seen, expected, fix)
            : Unknown($"{seen}. Whether it is the network or only port 25, a reflector with a controlPort would tell", expected, UnknownCause.Silent);
    }
}

/// <summary>EG-08: nothing on the way reads or rewrites SMTP.</summary>
public sealed class InspectionCheck() : IdentityCheck(new CheckCard("EG-08", CheckKind.Outside)
{
    Title = "no proxy or inspection on the way out rewrites SMTP",
    Severity = FindingSeverity.Fail, When = CheckMoments.Audit | CheckMoments.Wire,
    Evidence = "greeting and keywords of a reflector as they arrive; masked lines; one server that answers for several receivers", EnforcedBy = "",
    Fix = FixKind.Firewall, Remedy = "Switch off SMTP inspection (fixup, ALG, transparent proxy) for outgoing port 25", Article = "smtp-inspection",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var expected = "what the receiver says, unchanged";
        if (facts.Outbound is not { } outbound)
            return NotObservable(EgressAudit.NeedsSessions);
        var spoken = outbound.Sessions.Where(session => session.Greeting is not null).ToList();
        if (spoken.Count == 0)
            return outbound.Sessions.IsEmpty ? NotObservable(EgressAudit.NeedsSessions) : Unknown("no target was reached", expected, UnknownCause.NoWitness);
        var symptoms = spoken.SelectMany(session => Symptoms(session, facts.Source.Ehlo.Value)).Concat(OneForAll(spoken)).ToList();
        if (symptoms.Count > 0)
            return Bad(string.Join("; ", symptoms.Take(4)), expected,
                $"Something between {facts.Source.LocalAddress} and the receivers inspects SMTP: switch it off for outgoing port 25 (Cisco: no inspect esmtp; FortiGate, Sophos, Watchguard: no SMTP proxy in the policy), or ask the provider");
        var answered = outbound.Answered.ToList();
        if (answered.Find(session => session.IsReflector && session.Heard is not null) is { } ours)
            return Pass($"{ours.Host} was heard as it speaks, and heard us say {ours.Heard}", expected);
        return answered.Find(session => session.Offers("STARTTLS")) is { } open
            ? Pass($"{open.Host} offers STARTTLS, nothing is masked", expected)
            : NotObservable("needs a reflector (namesake reflect): of other servers it isn't known what they say");
    }

    private static IEnumerable<string> Symptoms(OutboundSession session, string ehlo)
    {
        if (session.Greeting!.Count(c => c == '*') * 2 > session.Greeting!.Length) // what PIX and ASA leave of it: 220 ****2*****0
            yield return $"the greeting of {session.Host} is masked: {session.Greeting}";
        if (session.Keywords.FirstOrDefault(IsMasked) is { } masked)
            yield return $"a line of {session.Host} is masked: {masked}";
        if (!session.IsReflector)
            yield break;
        if (!session.Greeting.Contains(ReflectorForm.Mark, StringComparison.Ordinal))
            yield return $"{session.Host} is a reflector, and somebody else greets: {session.Greeting}";
        else if (session.EhloRefused is { } code)
            yield return $"{session.Host} knows EHLO, and {code} came back";
        else if (session.End == OutboundEnd.Answered)
        {
            var missing = ReflectorForm.Offered.Add("STARTTLS").Where(keyword => !session.Offers(keyword)).ToList();
            if (missing.Count > 0)
                yield return $"{session.Host} offers {string.Join(", ", missing)}, which did not arrive";
            if (session.Heard is { } heard && !heard.Equals(ehlo, StringComparison.OrdinalIgnoreCase))
                yield return $"{session.Host} heard EHLO {heard}";
        }
    }

    // Hosts of different operators don't share a name: whoever answers for both stands in between. Reflectors are all ours, and one may have several addresses.
    private static IEnumerable<string> OneForAll(List<OutboundSession> spoken) => spoken
        .Where(session => !session.IsReflector && session.ServerName.Contains('.', StringComparison.Ordinal)).GroupBy(session => session.ServerName, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.DistinctBy(session => session.Network).Count() > 1 && group.DistinctBy(session => Receivers.SiteRules.OperatorOf(session.Host)).Count() > 1)
        .Select(group => $"{string.Join(" and ", group.Select(session => session.Host))} both answer as {group.Key}");

    /// <summary>PIX and ASA overwrite keywords they don't know: XXXXXXXA.</summary>
    private static bool IsMasked(string keyword) => keyword.Length >= 4 && keyword.AsSpan()[..^1].IndexOfAnyExcept('X') < 0;
}

/// <summary>EG-12: a way out that is taken when the first fails has an identity of its own.</summary>
public sealed class FailoverCheck() : IdentityCheck(new CheckCard("EG-12", CheckKind.Outside)
{
    Title = "every other way out shows the same address, or one with a complete identity of its own",
    Severity = FindingSeverity.Fail,
    Evidence = "the node's default routes and rules; a reflector's echo through each of them; DNS of what it sees", EnforcedBy = "as EG-01, as soon as the uplink changes",
    Fix = FixKind.Firewall | FixKind.Dns, Remedy = "Pin the source to its uplink, or give the address seen through the other one PTR and A records with the EHLO name", Article = "failover-identity",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var source = facts.Source;
        var expected = $"{source.PublicAddress}, or an address that bears {source.Ehlo}, on every way out";
        if (facts.Host?.Ways is not { } ways)
            return NotObservable("needs the routes of the node that sends");
        if (ways.Length < 2)
            return ways.IsEmpty ? NotApplicable("there is no way out of this node") : Pass($"one way out: {ways[0]}", expected);
        if (facts.Outbound is not { Uplinks: { IsEmpty: false } uplinks })
            return NotObservable($"other ways out ({string.Join(", ", ways.Skip(1))}): needs a witness that says what it sees through each of them");
        var judged = uplinks.Select(uplink => (Uplink: uplink, Outcome: Complete(uplink, source.PublicAddress))).ToList();
        var seen = string.Join("; ", judged.Select(one => Describe(one.Uplink, one.Outcome)));
        if (judged.Find(one => one.Outcome == CheckOutcome.Bad).Uplink is { } bad)
            return Bad(seen, expected, $"Pin {source.LocalAddress} to its uplink (ip rule add from {source.LocalAddress} lookup TABLE, with an unreachable default route at the table's end), or give {bad.Seen} the records {source.Ehlo}. {(bad.Seen!.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "A" : "AAAA")} {bad.Seen} and PTR {source.Ehlo}.");
        return judged.Exists(one => one.Outcome == CheckOutcome.Unknown) ? Unknown(seen, expected, UnknownCause.NoWitness) : Pass(seen, expected);
    }

    private static CheckOutcome Complete(UplinkSighting uplink, IPAddress expected)
    {
        if (uplink.Seen is not { } seen)
            return CheckOutcome.Unknown;
        if (seen.Equals(expected))
            return CheckOutcome.Pass;
        if (uplink.Dns is not { } dns)
            return CheckOutcome.Unknown;
        // PTR to the name, and the name back: then both policies are content.
        var (named, back) = (dns.Pointer.Ask(voice => voice.Pointers.Any(pointer => pointer.Target == dns.Ehlo.Name.Value)), dns.Ehlo.Ask(voice => voice.Addresses.Contains(seen)));
        return named == CheckOutcome.Bad || back == CheckOutcome.Bad ? CheckOutcome.Bad : named == CheckOutcome.Pass && back == CheckOutcome.Pass ? CheckOutcome.Pass : CheckOutcome.Unknown;
    }

    private static string Describe(UplinkSighting uplink, CheckOutcome outcome) => (uplink, outcome) switch
    {
        ({ Seen: null }, _) => $"{uplink.Way}: {uplink.Trouble}",
        ({ Dns: null }, _) => $"{uplink.Way}: {uplink.Seen}",
        (_, CheckOutcome.Pass) => $"{uplink.Way}: {uplink.Seen}, which bears the name",
        ({ Dns: { } dns }, _) => $"{uplink.Way}: {uplink.Seen}; {dns.Pointer.Describe()}; {dns.Ehlo.Describe()}",
    };
}
