using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>A check about the PTR names: without any it has nothing to say.</summary>
public abstract class PointerCheck(CheckCard card) : IdentityCheck(card)
{
    public sealed override CheckResult Judge(IdentityFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Dns is not { } dns)
            return NotObservable("not looked up");
        return dns.Pointer.Ask(voice => voice.Pointers.Any()) == CheckOutcome.Bad
            ? NotApplicable($"{facts.Source.PublicAddress} has no PTR record")
            : Judge(facts, dns);
    }

    protected abstract CheckResult Judge(IdentityFacts facts, DnsFacts dns);
}
