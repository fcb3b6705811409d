using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>PT-07: a PTR name is a name of its own that exists: no alias, nothing that leads nowhere, no answer of a wildcard.</summary>
public sealed class PointerTargetCheck() : PointerCheck(new CheckCard("PT-07", CheckKind.Dns)
{
    Title = "a PTR name exists, and is neither an alias nor a wildcard's answer",
    Severity = FindingSeverity.Fail,
    Evidence = "both families of every PTR name, its CNAMEs, and a name beside it that nobody has made", EnforcedBy = "RFC 2181 §10.3; receivers that don't follow a CNAME from a PTR",
    Fix = FixKind.Dns, Remedy = "Give the PTR name address records of its own", Article = "ptr-target",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        if (facts.Name is not { } names)
            return NotObservable("the PTR names were not looked at beyond their addresses");
        const string Expected = "PTR names with address records of their own";
        // A name without a domain is PT-10's finding; what resolvers make of localhost is their own invention (RFC 6761 §6.3).
        var views = dns.Pointer.Pointers.Where(pointer => !ReverseNames.HasNoDomain(pointer)).Select(pointer => pointer.Name is { } name ? names.Of(name.Value) : null).OfType<NameView>().ToList();
        if (views.Count == 0)
            return dns.Pointer.IsDefinite ? NotApplicable("no PTR name is a domain name (PT-08, PT-10)") : About(CheckOutcome.Unknown, dns.Pointer.Describe(), Expected, "", dns.Pointer);
        var faults = views.Select(view => (View: view, Fault: FaultOf(view))).Where(pair => pair.Fault is not null).ToList();
        if (faults.Count > 0)
            return About(CheckOutcome.Bad, string.Join("; ", faults.Take(3).Select(pair => pair.Fault)), Expected,
                $"Give {ReverseNames.List(faults.Select(pair => pair.View.Name))} {(faults.Count == 1 ? $"an {FixText.AddressType(facts.Source)} record of its own" : $"{FixText.AddressType(facts.Source)} records of their own")}, or change the PTR record", Evidence(dns, views));
        // It can't be told from a record of its own with the same address: most receivers can't tell either.
        if (views.FirstOrDefault(view => view.LooksLikeWildcard) is { } wild)
            return About(CheckOutcome.Bad, $"{wild.Name} answers as any other name beside it does: a wildcard", Expected,
                $"Give {wild.Name} a record of its own", Evidence(dns, views)) with { Severity = FindingSeverity.Warn };
        var unknown = views.Any(view => view.HasAddress == CheckOutcome.Unknown || view.Sibling is { IsDefinite: false });
        return About(unknown ? CheckOutcome.Unknown : CheckOutcome.Pass, string.Join("; ", views.Take(3).Select(view => (view.V4.Addresses.Any() ? view.V4 : view.V6).Describe())), Expected, "", Evidence(dns, views));
    }

    private static string? FaultOf(NameView view)
    {
        if (!view.Aliases.IsEmpty)
            return view.HasAddress == CheckOutcome.Bad ? $"{view.Name} is an alias (CNAME) of {view.Aliases[^1]}, which has no address" : $"{view.Name} is an alias (CNAME) of {view.Aliases[^1]}";
        if (view.HasAddress != CheckOutcome.Bad)
            return null;
        return view.V4.Voices.All(voice => voice.Outcome == DnsOutcome.NameError) ? $"{view.Name} does not exist (NXDOMAIN)" : $"{view.Name} has neither A nor AAAA record";
    }

    private static DnsEvidence?[] Evidence(DnsFacts dns, List<NameView> views) => [dns.Pointer, .. views.SelectMany(view => new[] { view.V4, view.V6, view.Sibling })];
}
