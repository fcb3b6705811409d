using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Checks;

/// <summary>What a check found about one domain, key or mailbox of many.</summary>
internal sealed record SenderPart(CheckOutcome Outcome, string Seen, string Expected = "", string Fix = "")
{
    /// <summary>Null: as grave as the check is.</summary>
    public FindingSeverity? Severity { get; init; }

    /// <summary>What it rests on in DNS.</summary>
    public DnsEvidence? Evidence { get; init; }

    /// <summary>Why it is unknown, where the evidence doesn't say.</summary>
    public UnknownCause Cause { get; init; }

    /// <summary>The least TTL of what else it rests on.</summary>
    public TimeSpan Ttl { get; init; }
}

/// <summary>A check about the domains a source sends for: each is looked at, the gravest counts.</summary>
public abstract class SenderCheck(CheckCard card) : IdentityCheck(card)
{
    /// <summary>Findings named one by one; a source of many brands would fill a page else.</summary>
    private const int MostNamed = 5;

    // What is bad is certain and comes first; what wasn't looked at must not hide behind what passed.
    private static readonly CheckOutcome[] ByGravity = [CheckOutcome.Bad, CheckOutcome.Unknown, CheckOutcome.NotObservable, CheckOutcome.Pass, CheckOutcome.NotApplicable];

    private protected CheckResult Join(IReadOnlyList<SenderPart> parts)
    {
        if (parts.Count == 0)
            return NotApplicable("there is nothing to look at");
        var outcome = ByGravity.First(each => parts.Any(part => part.Outcome == each));
        var counted = parts.Where(part => part.Outcome == outcome).ToList();
        var named = counted.Take(MostNamed).ToList();
        var seen = Text(named.Select(part => part.Seen), "; ") + (counted.Count > named.Count ? $"; and {counted.Count - named.Count} more" : "");
        var expected = outcome is CheckOutcome.NotApplicable or CheckOutcome.NotObservable ? "" : Text(named.Select(part => part.Expected), "; ");
        var result = About(outcome, seen, expected, Text(named.Select(part => part.Fix), ". Then: "), [.. counted.Select(part => part.Evidence)]);
        var cause = counted.Select(part => part.Cause).FirstOrDefault(each => each != UnknownCause.None);
        var ttls = counted.Select(part => part.Ttl).Append(result.Ttl).Where(ttl => ttl > TimeSpan.Zero).ToList();
        return result with
        {
            Severity = outcome == CheckOutcome.Bad ? Gravest(counted) : null,
            Cause = outcome == CheckOutcome.Unknown && cause != UnknownCause.None ? cause : result.Cause,
            Ttl = ttls.Count == 0 ? TimeSpan.Zero : ttls.Min(),
        };
    }

    private protected static SenderPart NotLookedAt(string what) => new(CheckOutcome.NotObservable, $"{what} was not looked at");

    private FindingSeverity? Gravest(List<SenderPart> parts)
    {
        var gravest = parts.Max(part => part.Severity ?? Card.Severity);
        return gravest == Card.Severity ? null : gravest;
    }

    private static string Text(IEnumerable<string> texts, string between) => string.Join(between, texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal));
}
