using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Dkim;

namespace Namesake.Core.Identity.Checks;

/// <summary>AU-04: what is published at each selector is the public half of the key that signs.</summary>
public sealed class DkimKeyCheck() : SenderCheck(new CheckCard("AU-04", CheckKind.Dns)
{
    Title = "the published DKIM key belongs to the private key that signs",
    Severity = FindingSeverity.Fail, Scope = CheckScope.Brand,
    Evidence = "TXT at the selector, from the domain's servers, against the brand's private key", EnforcedBy = "Gmail, Yahoo, Microsoft",
    Fix = FixKind.Dns | FixKind.Configuration, Remedy = "Publish the record that `namesake brands dkim` prints", Article = "dkim-key-mismatch",
})
{
    public override CheckResult Judge(IdentityFacts facts)
    {
        if (facts.Authentication is not { } seen)
            return NotObservable("not looked up");
        var keys = facts.Senders.SelectMany(sender => sender.Keys).DistinctBy(key => key.RecordName).ToList();
        if (facts.Senders.IsEmpty)
            return NotObservable("which domains send by this source isn't known: name one with its selector");
        return keys.Count == 0 ? NotApplicable("no key signs mail of this source") : Join([.. keys.Select(key => Judge(seen, key))]);
    }

    private static SenderPart Judge(AuthenticationFacts seen, SenderKey key)
    {
        var expected = key.RecordText is null ? $"a DKIM key at {key.RecordName}" : $"{key.RecordName} TXT {TextRecords.Short(key.RecordText)}";
        if (!seen.Keys.TryGetValue(key.RecordName.Value, out var evidence))
            return NotLookedAt(key.RecordName.Value);
        if (!evidence.IsDefinite)
            return new SenderPart(CheckOutcome.Unknown, evidence.Describe(), expected) { Evidence = evidence };
        var verdicts = evidence.Voices.Select(voice => Verdict(voice, evidence, key)).Distinct().ToList();
        if (verdicts is not [var (outcome, words, severity)])
            return new SenderPart(CheckOutcome.Unknown, $"partly propagated: {string.Join("; ", verdicts.Select(verdict => verdict.Seen))}", expected) { Evidence = evidence };
        return new SenderPart(outcome, words, expected, outcome == CheckOutcome.Bad ? Fix(evidence, key) : "") { Evidence = evidence, Severity = severity };
    }

    private static (CheckOutcome Outcome, string Seen, FindingSeverity? Severity) Verdict(DnsAnswer voice, DnsEvidence evidence, SenderKey key)
    {
        var texts = voice.Records.OfType<TextRecord>().Select(record => record.Text).ToList();
        if (texts.Count == 0)
            return (CheckOutcome.Bad, voice.Outcome == DnsOutcome.NameError ? $"{key.RecordName} does not exist (NXDOMAIN)" : $"{key.RecordName} has no TXT record", null);
        if (texts.Count > 1) // which of them counts is undefined: RFC 6376 §3.6.2.2
            return (CheckOutcome.Bad, $"{key.RecordName} has {texts.Count} TXT records, and receivers take any one", null);
        if (!DkimKeyRecord.TryParse(texts[0], out var record, out var fault))
            return (CheckOutcome.Bad, $"the key at {evidence.Name} can't be read: {fault}", null);
        var wrong = record.IsRevoked ? "is withdrawn (p= is empty)"
            : !record.IsForMail ? "is not for mail (s=)"
            : !record.AllowsSha256 ? "allows no sha256 (h=), which is what we sign"
            : key.RecordText is { } text && DkimKeyRecord.TryParse(text, out var own, out _) && !record.IsSameKeyAs(own)
                ? record.Algorithm == own.Algorithm ? "is another key than the one that signs" : $"is of another kind ({KindOf(record)}) than the one that signs ({KindOf(own)})"
            : null;
        if (wrong is not null)
            return (CheckOutcome.Bad, $"the key at {key.RecordName} {wrong}", null);
        if (record.IsTest)
            return (CheckOutcome.Bad, $"the key at {key.RecordName} is marked as a test (t=y): receivers may treat the mail as unsigned", FindingSeverity.Warn);
        return (CheckOutcome.Pass, $"{key.RecordName}: {KindOf(record)}{(key.RecordText is null ? ", not compared with a private key" : ", the key that signs")}", null);
    }

    private static string KindOf(DkimKeyRecord record) => record.Algorithm == DkimAlgorithm.Ed25519Sha256 ? "ed25519" : $"rsa {record.Bits} bits";

    private static string Fix(DnsEvidence evidence, SenderKey key)
    {
        if (key.RecordText is not { } text)
            return $"Publish the public half of the key that signs as s={key.Selector}, d={key.Domain} as the only TXT record of {evidence.Owner}: v=DKIM1; k=rsa; p=…";
        var verb = evidence.Voices.Any(voice => voice.Records.Length > 0) ? "Replace what is there by the one record" : "Add the record";
        return $"{verb} {TextRecords.Record(evidence.Owner, text)}";
    }
}
