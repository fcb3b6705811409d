using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>PT-05: the address has one PTR name. Several are legal and hold nothing; above ten receivers stop looking.</summary>
public sealed class OnePointerCheck() : PointerCheck(new CheckCard("PT-05", CheckKind.Dns)
{
    Title = "the address has exactly one PTR name",
    Severity = FindingSeverity.Fail, Rule = IdentityPolicy.Forward, When = CheckMoments.Audit | CheckMoments.Gate,
    Evidence = "PTR, from the reverse zone's servers", EnforcedBy = "receivers that pick one name at random; none looks at more than ten (RFC 7208 §4.6.4)",
    Fix = FixKind.Dns, Remedy = "Leave the EHLO name as the only PTR name of the address", Article = "ptr-several",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var pointer = dns.Pointer;
        var count = pointer.Pointers.Count();
        var result = About(pointer.Ask(voice => voice.Pointers.DistinctBy(record => record.Target).Count() == 1), count > 1 && pointer.IsDefinite ? $"{count} PTR names: {ReverseNames.List(pointer.Pointers.Select(record => record.Target))}" : pointer.Describe(),
            $"one PTR name, {facts.Source.Ehlo}", $"Remove the PTR records of {facts.Source.PublicAddress} except {FixText.Record(pointer.Owner, "PTR", facts.Source.Ehlo.Value)}", pointer);
        // Which ten a receiver looks at is chance, and ours may not be among them. All servers must say so, or the question stays as grave as it was.
        return result.IsBad && pointer.Voices.All(voice => voice.Pointers.DistinctBy(record => record.Target).Count() > DnsFacts.MostPointers) ? result with { Severity = FindingSeverity.Hold } : result;
    }
}

/// <summary>PT-10: the PTR names belong to a domain; none is localhost or a single label.</summary>
public sealed class PointerDomainCheck() : PointerCheck(new CheckCard("PT-10", CheckKind.Dns)
{
    Title = "the PTR name is not localhost and not without a domain",
    Rule = IdentityPolicy.Forward, When = CheckMoments.Gate,
    Evidence = "PTR, from the reverse zone's servers", EnforcedBy = "SpamAssassin RDNS_LOCALHOST, rspamd",
    Fix = FixKind.Dns, Remedy = "Change the PTR record to the full EHLO name, with its domain", Article = "ptr-no-domain",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var pointer = dns.Pointer;
        var result = About(pointer.Ask(voice => !voice.Pointers.Any(ReverseNames.HasNoDomain)), pointer.Describe(), "PTR names with a domain", FixText.ChangePointer(facts), pointer);
        // Beside a good name it is only told: the receivers' rule is that one of the names confirms.
        return !result.IsBad ? result
            : result with { Severity = pointer.Voices.All(voice => voice.Pointers.All(ReverseNames.HasNoDomain)) ? FindingSeverity.Hold : FindingSeverity.Fail };
    }
}
