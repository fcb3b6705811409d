using System.Net;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>EH-07: the name's records hold no address that is somebody else's. An address whose own PTR bears the name is its own, whatever we know of it.</summary>
public sealed class NoForeignAddressCheck() : IdentityCheck(new CheckCard("EH-07", CheckKind.Dns)
{
    Title = "the EHLO name has no address that is not its own",
    Severity = FindingSeverity.Fail,
    Evidence = "A and AAAA of the EHLO name, and PTR of what is not configured", EnforcedBy = "receivers that ask for an address at random; Spamhaus CSS after a move to a CDN",
    Fix = FixKind.Dns, Remedy = "Give the EHLO name a record of its own, apart from web servers, load balancers and CDNs", Article = "ehlo-elsewhere",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        var (source, ehlo) = (facts.Source, facts.Source.Ehlo.Value);
        if (facts.Name is not { } names || names.Of(ehlo) is not { } view)
            return NotObservable("the other family and the PTR of the name's addresses were not looked at");
        if (view.HasAddress == CheckOutcome.Bad)
            return NotApplicable($"{ehlo} has no address at all (EH-04)");
        var own = facts.Pool.Select(member => member.PublicAddress).Append(source.PublicAddress).ToHashSet();
        var others = new[] { view.V4, view.V6 }.SelectMany(records => records.Addresses.Where(address => !own.Contains(address))
            .Select(address => (Address: address, Outcome: Belongs(names, records, address, ehlo)))).ToList();
        var foreign = others.Where(pair => pair.Outcome == CheckOutcome.Bad).Select(pair => pair.Address.ToString()).ToList();
        var expected = $"{ehlo} with addresses of its own only";
        DnsEvidence?[] evidence = [view.V4, view.V6, .. others.Select(pair => names.PointerOf(pair.Address))];
        if (foreign.Count > 0)
            return About(CheckOutcome.Bad, $"{ehlo} also leads to {ReverseNames.List(foreign)}, whose PTR names are others", expected, $"Remove {ReverseNames.List(foreign)} from the records of {ehlo}, or let the PTR of what sends there name it", evidence);
        var unknown = !view.V4.IsDefinite || !view.V6.IsDefinite || others.Exists(pair => pair.Outcome == CheckOutcome.Unknown);
        return About(unknown ? CheckOutcome.Unknown : CheckOutcome.Pass, view.V4.Addresses.Any() ? view.V4.Describe() : view.V6.Describe(), expected, "", evidence);
    }

    // Every voice must give the address, and its PTR be known, before somebody is accused.
    private static CheckOutcome Belongs(NameFacts names, DnsEvidence records, IPAddress address, string ehlo) =>
        names.PointerOf(address) is not { } pointer ? CheckOutcome.Unknown
        : pointer.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)) is CheckOutcome.Bad && records.Ask(voice => voice.Addresses.Contains(address)) != CheckOutcome.Pass ? CheckOutcome.Unknown
        : pointer.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo));
}

/// <summary>EH-13: nobody else bears the name: no neighbour's PTR, and none of an address we have left.</summary>
public sealed class NameNotElsewhereCheck() : IdentityCheck(new CheckCard("EH-13", CheckKind.Dns)
{
    Title = "no host outside our control bears the EHLO name",
    Severity = FindingSeverity.Warn,
    Evidence = "PTR of the addresses beside ours and of those the name has left", EnforcedBy = "lists that count names over addresses",
    Fix = FixKind.Operator, Remedy = "Have the PTR of the address you left changed, or choose another name", Article = "ehlo-elsewhere-used",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Name is not { } names)
            return NotObservable("PTR names of other addresses were not looked at");
        var ehlo = facts.Source.Ehlo.Value;
        var expected = $"{ehlo} as the PTR of our addresses only";
        // What the name's own records lead to is known as this name: EH-07 judges it.
        var ours = facts.Pool.Select(member => member.PublicAddress).Append(facts.Source.PublicAddress)
            .Concat(names.Of(ehlo) is { } view ? view.V4.Addresses.Concat(view.V6.Addresses) : []).ToHashSet();
        var asked = names.Nearby.Concat(names.Pointers).Where(pointer => !ours.Contains(pointer.Address)).ToList();
        var bearers = asked.Where(pointer => pointer.Evidence.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)) == CheckOutcome.Pass).ToList();
        var evidence = asked.Select(pointer => pointer.Evidence).ToArray();
        if (bearers.Count > 0)
            return About(CheckOutcome.Bad, $"{string.Join(", ", bearers.Select(bearer => Describe(bearer.Address, facts.History)))} {(bearers.Count == 1 ? "bears" : "bear")} {ehlo} as PTR", expected,
                $"Have that PTR changed by whoever has the address. If it is yours, declare it as a source, or add it to the records of {ehlo}", evidence);
        if (facts.History is null)
            return NotObservable("only a relay that remembers which addresses bore the name can tell");
        return asked.Count > 0 && asked.TrueForAll(pointer => !pointer.Evidence.IsDefinite)
            ? About(CheckOutcome.Unknown, asked[0].Evidence.Describe(), expected, "", evidence)
            : About(CheckOutcome.Pass, $"none of {asked.Count} other addresses bears {ehlo}", expected, "", evidence);
    }

    private static string Describe(IPAddress address, HistoryFacts? history) =>
        history?.FormerAddresses.FirstOrDefault(left => left.Address.Equals(address)) is { } former ? $"{address} (left on {former.Until:yyyy-MM-dd})" : address.ToString();
}
