using System.Collections.Immutable;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Identity;

/// <summary>How well address, PTR and EHLO name agree, in one letter for people: A is all of it, F is refused by most. The strict policy is met from B on.</summary>
/// <param name="Best">The letter if all that isn't known turns out well.</param>
/// <param name="Worst">The letter if it turns out badly; equal to <paramref name="Best"/> when everything is known.</param>
/// <param name="Because">What keeps it from a better letter, or from being known: the checks' ids and what was seen. Empty for a certain A.</param>
public sealed record Grade(char Best, char Worst, string Because)
{
    // From the worst down: the first letter one of whose checks failed is the grade.
    private static readonly ImmutableArray<(char Letter, ImmutableArray<string> Checks)> Rules =
    [
        ('F', ["EH-02", "EH-03", "PT-01", "PT-02", "PT-10", "PT-03"]),
        ('E', ["EH-04", "EH-05"]),
        ('D', ["PT-09", "PT-05"]),
        ('C', ["PT-04"]),
        ('B', ["AU-02", "V6-04"]),
    ];

    /// <summary>No counterpart is as good as a bad one: the identity reaches one family only.</summary>
    private const string Counterpart = "V6-04";

    public bool IsKnown => Best == Worst;

    /// <summary>"A", or "B to F" while something can't be told.</summary>
    public string Text => IsKnown ? Best.ToString() : $"{Best} to {Worst}";

    /// <summary>From one result of each check that was looked at; a check that is missing was not.</summary>
    public static Grade Of(IEnumerable<CheckResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var byId = results.GroupBy(result => result.Check).ToDictionary(group => group.Key, group => group.First());
        var (best, worst) = ('A', 'A');
        var reasons = new List<string>();
        foreach (var (letter, checks) in Rules)
        {
            var looked = checks.Select(check => (Id: check, Result: byId.GetValueOrDefault(check))).ToList();
            if (looked.Where(pair => pair.Result is { } result && Failed(result)).Select(pair => pair.Result!).ToList() is { Count: > 0 } failed)
            {
                reasons.AddRange(failed.Select(result => $"{result.Check}: {result.Seen}"));
                best = letter;
                worst = worst == 'A' ? letter : worst;
                break;
            }
            var open = looked.Where(pair => pair.Result is null or { Outcome: CheckOutcome.Unknown or CheckOutcome.NotObservable }).ToList();
            if (open.Count == 0)
                continue;
            worst = worst == 'A' ? letter : worst;
            reasons.AddRange(open.Select(pair => $"{pair.Id} is not known{(pair.Result is { } result ? $": {result.Seen}" : "")}"));
        }
        return new Grade(best, worst, string.Join("; ", reasons));
    }

    private static bool Failed(CheckResult result) => result.IsBad || (result.Check == Counterpart && result.Outcome == CheckOutcome.NotApplicable);
}
