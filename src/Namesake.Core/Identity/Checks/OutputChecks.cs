using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-07: what leaves names nobody else's brand and no host of an inner network.</summary>
public sealed class OutputNamesCheck() : SenderCheck(new CheckCard("AU-07", CheckKind.Local)
{
    Title = "Message-ID and Received name neither another brand nor an internal host",
    Severity = FindingSeverity.Fail, Scope = CheckScope.Brand, When = CheckMoments.Wire | CheckMoments.Audit,
    Evidence = "the header of a few messages of each brand an hour, as they leave: the host behind \"by\" in Received, the part behind @ in Message-ID", EnforcedBy = "nobody refuses it; recipients see who else is served, or what the inner network is called",
    Fix = FixKind.Configuration, Remedy = "Give the server behind the relay the brand's name for its Message-ID and its own Received line", Article = "brand-leak",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication?.Output is not { Seen.IsEmpty: false } output)
            return NotObservable("no mail of this source was looked at within a day");
        return Join([.. output.Seen.Select(name => Judge(facts, name))]);
    }

    private static SenderPart Judge(IdentityFacts facts, OutputName seen)
    {
        var expected = $"names of the brand, such as {facts.Source.Ehlo}";
        return seen.OtherBrand is { } other ? Leak(seen, $"is of {other}", expected)
            : InnerNames.WhyInner(seen.Name) is { } why ? Leak(seen, $"is internal: {why}", expected)
            : new SenderPart(CheckOutcome.Pass, $"{seen.Where} {Harmless(seen.Name)}", expected);
    }

    private static SenderPart Leak(OutputName seen, string why, string expected) => new(CheckOutcome.Bad,
        $"{seen.Where} {Harmless(seen.Name)} {why}{(seen.Line.Length == 0 ? "" : $" (\"{seen.Line}\")")}", expected,
        seen.Where == "Message-ID" ? "Set the host name that the sending server or application writes into Message-ID" : "Set the name the server in front of the relay gives itself, or let it leave out its Received line");

    private static string Harmless(string name) => string.Concat(name.Take(80).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

/// <summary>AU-08: who stands behind EHLO name, return path and signature; for the reader.</summary>
public sealed class RelationCheck() : SenderCheck(new CheckCard("AU-08", CheckKind.Configuration)
{
    Title = "EHLO name, return path and signature are of one organisation",
    Severity = FindingSeverity.Info, Scope = CheckScope.Brand,
    Evidence = "the registered domains of EHLO name, From, return path and d=", EnforcedBy = "nobody as a rule; Apple wants reverse DNS that identifies the sender",
    Fix = FixKind.None, Remedy = "Nothing needs to be done where a shared source bears a neutral name", Article = "organisational-domains",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Senders.IsEmpty)
            return NotObservable("which domains send by this source isn't known: name one");
        return Join([.. facts.Senders.Where(sender => !sender.IsForForwarding).Select(sender => Judge(facts, sender))]);
    }

    private static SenderPart Judge(IdentityFacts facts, SenderIdentity sender)
    {
        var from = RegistrableDomain.Of(sender.From.Value);
        var others = new List<(string What, string Of)> { ("EHLO", facts.Source.Ehlo.Value), ("return path", sender.ReturnPath.Value) };
        others.AddRange(sender.Keys.Select(key => ("d=", key.Domain.Value)).Distinct());
        var foreign = others.Where(other => RegistrableDomain.Of(other.Of) != from).ToList();
        return foreign.Count == 0
            ? new SenderPart(CheckOutcome.Pass, $"all of {from}", $"all of {from}")
            : new SenderPart(CheckOutcome.Bad, $"From {sender.From}: {string.Join(", ", foreign.Select(other => $"{other.What} {other.Of} is of {RegistrableDomain.Of(other.Of)}"))}", $"all of {from}");
    }
}
