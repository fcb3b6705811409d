using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;

namespace Namesake.Core.Identity.Checks;

/// <summary>The checks of group V6 about names: where the PTR stands, whether both families are equally good, and who shares a network.</summary>
public static class V6NameChecks
{
    public static ImmutableArray<IdentityCheck> All { get; } = [new NibbleFormCheck(), new ParityCheck(), new OneBrandPerNetworkCheck()];
}

/// <summary>V6-03: the PTR stands under all 32 nibbles backwards, inside the delegated prefix.</summary>
public sealed class NibbleFormCheck() : IdentityCheck(new CheckCard("V6-03", CheckKind.Dns)
{
    Title = "an IPv6 PTR stands under the right nibbles, inside the delegated prefix",
    Severity = FindingSeverity.Fail, When = CheckMoments.Plan | CheckMoments.Audit,
    Evidence = "PTR under the right name, and under those that typing errors make", EnforcedBy = "as PT-02",
    Fix = FixKind.Dns, Remedy = "Write all 32 nibbles of the address backwards, each a label of its own (RFC 3596 §2.5)", Article = "v6-nibbles",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var address = facts.Source.PublicAddress;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return NotApplicable($"{address} is IPv4");
        if (facts.Dns is not { Pointer: var pointer })
            return NotObservable("not looked up");
        var expected = $"PTR under {pointer.Name}";
        switch (pointer.Ask(voice => voice.Pointers.Any()))
        {
            case CheckOutcome.Pass:
                return About(CheckOutcome.Pass, $"PTR under {pointer.Owner}{(NibbleForms.PrefixOf(pointer.Zone) is { } prefix ? $", inside {prefix}" : "")}", expected, "", pointer);
            case CheckOutcome.Unknown:
                return About(CheckOutcome.Unknown, pointer.Describe(), expected, "", pointer);
        }
        if (facts.Name is not { } names)
            return NotObservable("names that a typing error makes were not looked at");
        return names.Misplaced.FirstOrDefault(wrong => wrong.Ask(voice => voice.Pointers.Any()) == CheckOutcome.Pass) is { } misplaced
            ? About(CheckOutcome.Bad, $"there is no PTR under {pointer.Name}, but one under {misplaced.Name}", expected,
                $"Move the record to {FixText.Record(pointer.Owner, "PTR", facts.Source.Ehlo.Value)}", pointer, misplaced)
            : NotApplicable($"{address} has no PTR record (PT-02)");
    }
}

/// <summary>V6-04: what is right for one family is right for the other. Only for a name that sources of both families say.</summary>
public sealed class ParityCheck() : IdentityCheck(new CheckCard("V6-04", CheckKind.Dns)
{
    Title = "the IPv4 and IPv6 identities under one name are equally good",
    Severity = FindingSeverity.Warn,
    Evidence = "A, AAAA and PTR of all sources with the name", EnforcedBy = "receivers with stricter rules for IPv6: Gmail, Microsoft 365",
    Fix = FixKind.Dns, Remedy = "Give the other family's addresses the same PTR, and list them in the name's records", Article = "v6-parity",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var (source, ehlo) = (facts.Source, facts.Source.Ehlo.Value);
        var members = facts.Pool.Select(member => member.PublicAddress).Where(address => address.AddressFamily != source.PublicAddress.AddressFamily).Distinct().ToList();
        if (members.Count == 0)
            return NotApplicable($"no source of the other family says {ehlo}");
        if (facts.Name is not { } names || names.Of(ehlo) is not { } view)
            return NotObservable("the other family was not looked at");
        var records = view.Of(members[0].AddressFamily);
        var expected = $"{ehlo} in PTR and records of both families";
        var outcomes = members.Select(address => (Address: address, Forward: records.Ask(voice => voice.Addresses.Contains(address)), Pointer: names.PointerOf(address))).ToList();
        DnsEvidence?[] evidence = [records, .. outcomes.Select(member => member.Pointer)];
        foreach (var (address, forward, pointer) in outcomes)
        {
            if (forward == CheckOutcome.Bad)
                return About(CheckOutcome.Bad, $"{address} is not in the records of {ehlo}, {source.PublicAddress}'s family is looked after", expected,
                    $"Add the record {FixText.Record(source.Ehlo, address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA", address.ToString())}", evidence);
            if (pointer?.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)) == CheckOutcome.Bad)
                return About(CheckOutcome.Bad, $"{address}: {pointer.Describe()}", expected, $"Let the PTR of {address} be {FixText.Record(pointer.Owner, "PTR", ehlo)}", evidence);
        }
        var unknown = outcomes.Exists(member => member.Forward == CheckOutcome.Unknown || member.Pointer?.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)) != CheckOutcome.Pass);
        return About(unknown ? CheckOutcome.Unknown : CheckOutcome.Pass, records.Describe(), expected, "", evidence);
    }
}

/// <summary>V6-05: brands don't share a /64, which receivers treat as one sender.</summary>
public sealed class OneBrandPerNetworkCheck() : IdentityCheck(new CheckCard("V6-05", CheckKind.Configuration)
{
    Title = "brands don't share a /64",
    Severity = FindingSeverity.Warn, When = CheckMoments.Plan | CheckMoments.Audit,
    Evidence = "the public addresses of all sources", EnforcedBy = "receivers and lists that judge a /64 as one sender (unverified)",
    Fix = FixKind.Operator, Remedy = "Give each brand a /64 of its own", Article = "v6-network",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var address = facts.Source.PublicAddress;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return NotApplicable($"{address} is IPv4");
        var others = facts.SameNetwork.Where(neighbour => neighbour.OtherBrand).Select(neighbour => $"{neighbour.Ehlo} ({neighbour.Source})").ToList();
        const string Expected = "a /64 for each brand";
        return others.Count == 0
            ? Pass("one brand", Expected)
            : Bad($"the /64 of {address} also serves {ReverseNames.List(others)}", Expected, "Give each brand a /64 of its own: what one of them does is held against the whole network");
    }
}
