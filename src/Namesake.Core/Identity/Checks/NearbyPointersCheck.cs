using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>PT-14: who lives next door. Context only: lists and receivers judge whole blocks.</summary>
public sealed class NearbyPointersCheck() : IdentityCheck(new CheckCard("PT-14", CheckKind.Dns)
{
    Title = "the addresses beside ours bear names that somebody chose",
    Severity = FindingSeverity.Info,
    Evidence = "PTR of a few addresses beside the public one", EnforcedBy = "Spamhaus CSS and PBL, which look at blocks",
    Fix = FixKind.Operator, Remedy = "Ask the provider for an address in a block of servers if receivers treat this one as a block of customers' lines", Article = "ptr-neighbours",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Name is not { Nearby: { IsEmpty: false } nearby })
            return NotObservable("the addresses beside ours were not looked at");
        const string Expected = "neighbours with names of their own";
        var told = nearby.Where(neighbour => neighbour.Evidence.IsDefinite).ToList();
        if (told.Count == 0)
            return About(CheckOutcome.Unknown, nearby[0].Evidence.Describe(), Expected, "", nearby[0].Evidence);
        var named = told.Where(neighbour => neighbour.Evidence.Pointers.Any()).ToList();
        var generic = named.Count(neighbour => neighbour.Evidence.Pointers.All(pointer => GenericName.WhyGeneric(pointer.Target, neighbour.Address) is not null));
        var domains = named.SelectMany(neighbour => neighbour.Evidence.Pointers).Where(pointer => pointer.Name is not null)
            .Select(pointer => Receivers.RegistrableDomain.Of(pointer.Target)).Distinct(StringComparer.Ordinal).ToList();
        var seen = $"of {told.Count} addresses beside ours {named.Count} have a PTR name, {generic} a provider's default{(domains.Count == 0 ? "" : $"; domains: {ReverseNames.List(domains)}")}";
        var evidence = told.Select(neighbour => neighbour.Evidence).ToArray();
        return generic * 2 > told.Count
            ? About(CheckOutcome.Bad, seen, Expected, "Nothing is wrong with this address. If receivers treat its block as customers' lines, ask the provider for one in a block of servers", evidence)
            : About(CheckOutcome.Pass, seen, Expected, "", evidence);
    }
}
