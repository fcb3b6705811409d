using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>PT-01 and PT-02: the public address has a PTR record. Two ids because a missing one costs IPv6 sources only their family.</summary>
public sealed class PointerExistsCheck(string id, AddressFamily family) : IdentityCheck(CardOf(id, family))
{
    private static CheckCard CardOf(string id, AddressFamily family) => new(id, CheckKind.Dns)
    {
        Title = family == AddressFamily.InterNetwork ? "an IPv4 public address has a PTR record" : "an IPv6 public address has a PTR record; a missing one costs that family only",
        Rule = IdentityPolicy.Forward, When = CheckMoments.Gate,
        Evidence = "PTR, from the reverse zone's servers",
        EnforcedBy = family == AddressFamily.InterNetwork ? "Gmail, Comcast, GMX, Postfix" : "Gmail, Microsoft 365",
        Fix = FixKind.Dns, Remedy = "Add a PTR record with the EHLO name: whoever gave you the address writes its reverse zone", Article = "ptr-missing",
    };

    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Source.PublicAddress.AddressFamily != family)
            return NotApplicable($"{facts.Source.PublicAddress} is of the other family");
        if (facts.Dns is not { Pointer: var pointer })
            return NotObservable("not looked up");
        return About(pointer.Ask(voice => voice.Pointers.Any()), pointer.Describe(), FixText.Record(pointer.Owner, "PTR", facts.Source.Ehlo.Value), FixText.AddPointer(facts), pointer);
    }
}

/// <summary>PT-03: at least one PTR name leads back to the address (forward-confirmed reverse DNS). Every name may have several addresses, every address several names.</summary>
public sealed class ForwardConfirmedCheck() : PointerCheck(new CheckCard("PT-03", CheckKind.Dns)
{
    Title = "at least one PTR name leads back to the address",
    Rule = IdentityPolicy.Forward, When = CheckMoments.Gate,
    Evidence = "PTR, and A or AAAA of every name it gives", EnforcedBy = "Gmail 5.7.25, Postfix `reject_unknown_client_hostname`",
    Fix = FixKind.Dns, Remedy = "Let the PTR name's A or AAAA record contain the address", Article = "ptr-unconfirmed",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var address = facts.Source.PublicAddress;
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
public sealed class NameInPointersCheck() : PointerCheck(new CheckCard("PT-04", CheckKind.Dns)
{
    Title = "the EHLO name is among the PTR names",
    Rule = IdentityPolicy.Strict, When = CheckMoments.Gate,
    Evidence = "PTR, from the reverse zone's servers", EnforcedBy = "Fastmail, GMX policy",
    Fix = FixKind.Dns, Remedy = "Change the PTR record to the EHLO name", Article = "ptr-other-name",
})
{
    protected override CheckResult Judge(IdentityFacts facts, DnsFacts dns)
    {
        var pointer = dns.Pointer;
        var ehlo = facts.Source.Ehlo.Value;
        return About(pointer.Ask(voice => voice.Pointers.Any(record => record.Target == ehlo)), pointer.Describe(), $"PTR {ehlo}, the EHLO name", FixText.ChangePointer(facts), pointer);
    }
}
