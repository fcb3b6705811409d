using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>PT-01 and PT-02: the public address has a PTR record. Two ids because a missing one costs IPv6 sources only their family.</summary>
public sealed class PointerExistsCheck(string id, AddressFamily family) : IdentityCheck(id, CheckKind.Dns, IdentityPolicy.Forward)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Source.PublicAddress.AddressFamily != family)
            return NotApplicable($"{facts.Source.PublicAddress} is of the other family");
        if (facts.Dns is not { Pointer: var pointer })
            return NotApplicable("not looked up");
        return About(pointer.Ask(voice => voice.Pointers.Any()), pointer.Describe(), FixText.Record(pointer.Owner, "PTR", facts.Source.Ehlo.Value), FixText.AddPointer(facts), pointer);
    }
}

/// <summary>PT-03: at least one PTR name leads back to the address (forward-confirmed reverse DNS). Every name may have several addresses, every address several names.</summary>
public sealed class ForwardConfirmedCheck() : IdentityCheck("PT-03", CheckKind.Dns, IdentityPolicy.Forward)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { } dns)
            return NotApplicable("not looked up");
        var address = facts.Source.PublicAddress;
        if (dns.Pointer.Ask(voice => voice.Pointers.Any()) == CheckOutcome.Bad)
            return NotApplicable($"{address} has no PTR record");
        var expected = $"a PTR name whose {FixText.AddressType(facts.Source)} record is {address}";
        var views = dns.Pointer.Voices.Select(voice => Confirmed(dns, voice, facts)).Distinct().ToList();
        var outcome = views is [var only] ? only : CheckOutcome.Unknown;
        var forwards = dns.Pointer.Pointers.Select(pointer => pointer.Name is { } name ? dns.Forward.GetValueOrDefault(name.Value) : null).ToList();
        var seen = outcome == CheckOutcome.Pass || !dns.Pointer.IsDefinite
            ? dns.Pointer.Describe()
            : $"{dns.Pointer.Describe()}; {string.Join("; ", forwards.OfType<DnsEvidence>().Select(forward => forward.Describe()))}".TrimEnd(';', ' ');
        // What confirms decides how long it may be remembered; what is missing decides why it is unknown.
        var relevant = outcome == CheckOutcome.Pass ? forwards.Where(forward => forward?.Addresses.Contains(address) == true) : forwards;
        return About(outcome, seen, expected, FixText.Confirm(facts), [dns.Pointer, .. relevant]);
    }

    // As one server of the reverse zone tells it: any name that leads back is enough; none may be doubtful before it is called bad.
    private static CheckOutcome Confirmed(DnsFacts dns, DnsAnswer voice, IdentityFacts facts)
    {
        var outcomes = voice.Pointers.Select(pointer => dns.Confirms(pointer, facts.Source.PublicAddress)).ToList();
        return outcomes.Contains(CheckOutcome.Pass) ? CheckOutcome.Pass : outcomes.Contains(CheckOutcome.Unknown) ? CheckOutcome.Unknown : CheckOutcome.Bad;
    }
}

/// <summary>PT-04: the EHLO name is among the PTR names.</summary>
public sealed class NameInPointersCheck() : IdentityCheck("PT-04", CheckKind.Dns, IdentityPolicy.Strict)
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Dns is not { Pointer: var pointer })
            return NotApplicable("not looked up");
        if (pointer.Ask(voice => voice.Pointers.Any()) == CheckOutcome.Bad)
            return NotApplicable($"{facts.Source.PublicAddress} has no PTR record");
        var ehlo = facts.Source.Ehlo.Value;
        return About(pointer.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)), pointer.Describe(), $"PTR {ehlo}, the EHLO name", FixText.ChangePointer(facts), pointer);
    }
}
