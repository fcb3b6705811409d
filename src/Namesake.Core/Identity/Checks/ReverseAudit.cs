using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group PT that are looked at in an audit and stop no delivery by themselves.</summary>
public static class ReverseAudit
{
    public static ImmutableArray<IdentityCheck> All { get; } =
    [
        new EveryPointerConfirmedCheck(), new PointerTargetCheck(), new PointerHostNameCheck(), new PointerChosenCheck(), new PointerComparisonCheck(), new PointerStableCheck(),
        new PointerTtlCheck(), new NearbyPointersCheck(),
    ];
}

/// <summary>PT-06: every PTR name leads back to the address, not only one.</summary>
public sealed class EveryPointerConfirmedCheck() : PointerCheck(new CheckCard("PT-06", CheckKind.Dns)
{
    Title = "every PTR name leads back to the address, not only one",
    Severity = FindingSeverity.Warn,
    Evidence = "PTR, and A or AAAA of every name it gives", EnforcedBy = "receivers that pick one name at random",
    Fix = FixKind.Dns, Remedy = "Let every PTR name's A or AAAA record contain the address, or remove the names that don't", Article = "ptr-several",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var address = facts.Source.PublicAddress;
        var looked = dns.Pointer.Pointers.Where(pointer => pointer.Name is null || dns.Forward.ContainsKey(pointer.Name.Value)).ToList();
        var outcomes = looked.Select(pointer => (pointer.Target, Outcome: dns.Confirms(pointer, address), Forward: pointer.Name is { } name ? dns.Forward.GetValueOrDefault(name.Value) : null)).ToList();
        if (dns.Pointer.IsDefinite && outcomes.Count > 0 && outcomes.All(pair => pair.Outcome == CheckOutcome.Bad))
            return NotApplicable("no PTR name leads back at all (PT-03)");
        var astray = outcomes.Where(pair => pair.Outcome == CheckOutcome.Bad).ToList();
        var left = dns.Pointer.Pointers.Count() - looked.Count;
        var outcome = astray.Count > 0 && dns.Pointer.Ask(voice => voice.Pointers.Any(pointer => astray.Any(pair => pair.Target == pointer.Target))) == CheckOutcome.Pass ? CheckOutcome.Bad
            : astray.Count == 0 && left == 0 && dns.Pointer.IsDefinite && outcomes.All(pair => pair.Outcome == CheckOutcome.Pass) ? CheckOutcome.Pass : CheckOutcome.Unknown;
        var seen = astray.Count > 0 ? $"{ReverseNames.List(astray.Select(pair => pair.Target))} {(astray.Count == 1 ? "does" : "do")} not lead back to {address}"
            : left > 0 ? $"{dns.Pointer.Describe()}; {left} of the names were not looked up" : dns.Pointer.Describe();
        return About(outcome, seen, $"every PTR name with {address} in its {FixText.AddressType(facts.Source)} record",
            $"Add {address} to the {FixText.AddressType(facts.Source)} records of {ReverseNames.List(astray.Select(pair => pair.Target))}, or remove those PTR records", [dns.Pointer, .. outcomes.Select(pair => pair.Forward)]);
    }
}

/// <summary>PT-08: every PTR name is a valid host name under a public top level.</summary>
public sealed class PointerHostNameCheck() : PointerCheck(new CheckCard("PT-08", CheckKind.Dns)
{
    Title = "every PTR name is a host name of the public DNS",
    Severity = FindingSeverity.Fail,
    Evidence = "the PTR names", EnforcedBy = "Haraka invalid_tld, MXToolbox",
    Fix = FixKind.Dns, Remedy = "Change the PTR record to a host name under a domain of yours", Article = "ptr-invalid",
})
{
    // RFC 6761 and what is often made up for use at home. Reserved for documentation and tests (.example, .test) is what a test set-up is allowed to bear.
    private static readonly string[] Private = ["invalid", "onion", "alt", "domain", "dom", "workgroup", "localnet", "router", "intra", "mail", "lokal", "loc"];

    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var judged = dns.Pointer.Pointers.Where(pointer => !ReverseNames.HasNoDomain(pointer)).ToList();
        if (dns.Pointer.IsDefinite && judged.Count == 0)
            return NotApplicable("no PTR name has a domain (PT-10)");
        var faults = judged.Select(pointer => (pointer.Target, Fault: FaultOf(pointer))).Where(pair => pair.Fault is not null).ToList();
        var outcome = dns.Pointer.Ask(voice => !voice.Pointers.Any(pointer => !ReverseNames.HasNoDomain(pointer) && FaultOf(pointer) is not null));
        return About(outcome, faults.Count == 0 || outcome != CheckOutcome.Bad ? dns.Pointer.Describe() : string.Join("; ", faults.Take(3).Select(pair => $"{pair.Target}: {pair.Fault}")),
            "host names of the public DNS", FixText.ChangePointer(facts), dns.Pointer);
    }

    private static string? FaultOf(PointerRecord pointer)
    {
        if (pointer.Name is not { } name)
            return "it is no domain name";
        if (!HostName.TryCreate(name, out _, out var fault))
            return fault[(fault.IndexOf(':', StringComparison.Ordinal) + 2)..];
        var top = name.Labels[^1];
        return Private.Contains(top) ? $"there is no top level .{top} in the public DNS" : null;
    }
}

/// <summary>PT-09: the PTR name was chosen by somebody: no provider's default, no digits of the address, no word of dynamic lines.</summary>
public sealed class PointerChosenCheck() : PointerCheck(new CheckCard("PT-09", CheckKind.Dns)
{
    Title = "the PTR name is no provider's default and does not look dynamic",
    Severity = FindingSeverity.Fail,
    Evidence = "the PTR names", EnforcedBy = "GMX, AOL RTR:RD, inbox.lt, SpamAssassin RDNS_DYNAMIC, rspamd HFILTER_HOSTNAME",
    Fix = FixKind.Dns, Remedy = "Change the PTR record to the EHLO name", Article = "ptr-generic",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        bool IsGeneric(PointerRecord pointer) => GenericName.WhyGeneric(pointer.Target, facts.Source.PublicAddress) is not null;
        var generic = dns.Pointer.Pointers.Where(IsGeneric).ToList();
        var outcome = dns.Pointer.Ask(voice => !voice.Pointers.Any(IsGeneric));
        return About(outcome, outcome == CheckOutcome.Bad ? string.Join("; ", generic.Take(3).Select(pointer => $"{pointer.Target}: {GenericName.WhyGeneric(pointer.Target, facts.Source.PublicAddress)}")) : dns.Pointer.Describe(),
            "a name that somebody chose for this host",
            generic.Exists(pointer => pointer.Target == facts.Source.Ehlo.Value) ? $"Choose another EHLO name for {facts.Source.Id}, such as mail under a domain of yours, and let the PTR record name it" : FixText.ChangePointer(facts), dns.Pointer);
    }
}

/// <summary>PT-11: how the names were compared. It always passes: case, a trailing dot and the form of an internationalised name are no faults.</summary>
public sealed class PointerComparisonCheck() : PointerCheck(new CheckCard("PT-11", CheckKind.Dns)
{
    Title = "names are compared without case, trailing dot and form of internationalised labels",
    Severity = FindingSeverity.Info, When = CheckMoments.Gate | CheckMoments.Audit,
    Evidence = "the PTR names and the EHLO name as they were compared", EnforcedBy = "",
    Fix = FixKind.None, Remedy = "Nothing: it explains the other checks", Article = "ptr-other-name",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns) => dns.Pointer.IsDefinite
        ? Pass($"EHLO {Shown(facts.Source.Ehlo.Domain, facts.Source.Ehlo.Value)} with PTR {ReverseNames.List(dns.Pointer.Pointers.Select(pointer => Shown(pointer.Name, pointer.Target)))}",
            "lower case, A-labels, no trailing dot, on both sides")
        : About(CheckOutcome.Unknown, dns.Pointer.Describe(), "lower case, A-labels, no trailing dot, on both sides", "", dns.Pointer);

    private static string Shown(DomainName? name, string target) => name?.ToUnicode() is { } people && people != target ? $"{target} ({people})" : target;
}

/// <summary>PT-12: the PTR names stay what they are.</summary>
public sealed class PointerStableCheck() : IdentityCheck(new CheckCard("PT-12", CheckKind.Dns)
{
    Title = "the PTR names stay the same for 30 days",
    Severity = FindingSeverity.Warn,
    Evidence = "the history of the PTR names", EnforcedBy = "Comcast (550 for reverse DNS that keeps changing)",
    Fix = FixKind.Operator, Remedy = "Find out who changes the PTR record, and let one party alone write it", Article = "ptr-unstable",
})
{
    /// <summary>One change is a mistake made and another one its repair; a third is a habit.</summary>
    public const int Habit = 3;

    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.History is not { PointersSince: { } since } history)
            return NotObservable("only a relay that has watched the address for a while can tell");
        var expected = $"fewer than {Habit} changes in {HistoryFacts.Window.TotalDays:0} days";
        var changes = history.PointerChanges;
        if (changes.Length >= Habit)
            return Bad($"{changes.Length} changes in {HistoryFacts.Window.TotalDays:0} days, the last on {changes[^1].At:yyyy-MM-dd HH:mm} UTC from {Names(changes[^1].From)} to {Names(changes[^1].To)}", expected,
                $"Find out who changes the PTR record of {facts.Source.PublicAddress}, and let one party alone write it");
        var watched = history.At - since;
        return watched < HistoryFacts.Window
            ? Unknown($"watched for {Math.Max(0, Math.Floor(watched.TotalDays)):0} of {HistoryFacts.Window.TotalDays:0} days, {(changes.Length == 1 ? "1 change" : $"{changes.Length} changes")} so far", expected, UnknownCause.None)
            : Pass(changes.IsEmpty ? $"unchanged for {HistoryFacts.Window.TotalDays:0} days" : $"{changes.Length} changes in {HistoryFacts.Window.TotalDays:0} days", expected);
    }

    private static string Names(string names) => names.Length == 0 ? "none" : names;
}

/// <summary>PT-13: the PTR's TTL is neither so short that every receiver asks anew nor so long that a mistake stays for days.</summary>
public sealed class PointerTtlCheck() : PointerCheck(new CheckCard("PT-13", CheckKind.Dns)
{
    Title = "the PTR's TTL is between 5 minutes and a day",
    Severity = FindingSeverity.Warn,
    Evidence = "the TTL from the reverse zone's servers", EnforcedBy = "nobody known; a mistake lasts as long as its TTL",
    Fix = FixKind.Dns, Remedy = "Set the TTL of the PTR record to 3600", Article = "ptr-ttl",
})
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(300), Most = TimeSpan.FromSeconds(86_400);

    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var pointer = dns.Pointer;
        var expected = $"{Least.TotalSeconds:0} to {Most.TotalSeconds:0} seconds";
        if (!pointer.IsDefinite)
            return About(CheckOutcome.Unknown, pointer.Describe(), expected, "", pointer);
        // A server that has no record yet tells how long its absence is remembered: ZN-09's business.
        var told = pointer.Voices.Where(voice => voice.Pointers.Any()).Select(voice => voice.Ttl).ToList();
        var (shortest, longest) = (told.Min(), told.Max());
        var wrong = longest > Most || shortest < Least;
        // What a resolver says counts down: short there is not short in the zone.
        var outcome = longest <= Most && pointer.ResolverOnly && shortest < Least ? CheckOutcome.Unknown : wrong ? CheckOutcome.Bad : CheckOutcome.Pass;
        return About(outcome, $"{(longest > Most ? longest : shortest).TotalSeconds:0} seconds{(outcome == CheckOutcome.Unknown ? ", as our resolver counts them down; the zone's own servers don't answer" : "")}", expected,
            $"Set the TTL of {pointer.Owner}. PTR to 3600", pointer);
    }
}
