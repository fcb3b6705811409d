using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Verdicts;

namespace Namesake.Core.Identity;

/// <summary>Looks at one identity with everything there is to look with, and runs the whole catalogue over what was seen.</summary>
/// <remarks>DNS is asked first as the gate asks it; the probes run beside each other on what it said. The verdict is the gate's, for a source never proven: one definite answer
/// is enough. What nobody looked at is "not observable here" and counts for nothing.</remarks>
public sealed class Auditor(IDnsLookup dns, ImmutableArray<IFactProbe> probes, TimeProvider time)
{
    /// <summary>How often an audit reports progress.</summary>
    public int Steps => probes.Length + 1;

    /// <param name="basis">The source, and what is configured about it.</param>
    /// <param name="progress">Told the name of each part that has been looked at.</param>
    public async Task<AuditReport> AuditAsync(IdentityFacts basis, IdentityPolicy policy, IProgress<string>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var facts = basis with { Dns = await new IdentityProbe(dns).LookAsync(basis.Source.PublicAddress, basis.Source.Ehlo, cancellation) };
        progress?.Report("address and name");
        var looks = await Task.WhenAll(probes.Select(probe => LookAsync(probe, facts, progress, cancellation)));
        var troubles = looks.Select(look => look.Trouble).OfType<string>().ToList();
        facts = looks.Aggregate(facts, static (seen, look) => look.Change(seen));
        foreach (var probe in probes)
            try
            {
                facts = await probe.SettleAsync(facts, cancellation);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                troubles.Add($"{probe.Name}: {failure.Message}");
            }
        return Judge(facts, policy, time.GetUtcNow()) with { Troubles = [.. troubles] };
    }

    /// <summary>The whole catalogue over what was seen.</summary>
    /// <remarks>A reserved address (EG-05, a rule of plan and gate) is told as a warning and then judged as if it were public: people check test set-ups too.</remarks>
    public static AuditReport Judge(IdentityFacts facts, IdentityPolicy policy, DateTimeOffset now) => Judge(facts, Catalogue.Judge(facts), policy, now);

    /// <summary>Only the checks that count before a delivery: the same verdict, and nothing beside it.</summary>
    public static AuditReport JudgeVerdict(IdentityFacts facts, IdentityPolicy policy, DateTimeOffset now) => Judge(facts, IdentityChecks.Judge(facts), policy, now);

    private static AuditReport Judge(IdentityFacts facts, ImmutableArray<CheckResult> results, IdentityPolicy policy, DateTimeOffset now)
    {
        var context = new EvaluationContext(now, now, InDoubt: false, Refused: false, DnsHolds: false, new IdentityOptions());
        var memories = IdentityChecks.All.Join(results, check => check.Id, result => result.Check, (check, result) => (check, result)).ToImmutableDictionary(pair => pair.check.Id, pair =>
            CheckTransitions.Next(CheckMemory.Blank(pair.check.Id, now), IsReserved(pair.result) ? pair.result with { Outcome = CheckOutcome.NotApplicable } : pair.result, pair.check.Kind, context));
        var conclusion = Conclude.From(facts.Source, policy, ImmutableHashSet<string>.Empty, memories, null, context);
        var told = results.Where(result => IsReserved(result) || IdentityChecks.Find(result.Check) is null).Select(result => FindingOf(result, policy, now)).OfType<Finding>();
        return new AuditReport(facts.Source.PublicAddress, facts.Source.Ehlo.Value, policy, conclusion.Verdict,
            [.. conclusion.Findings.Concat(told).OrderByDescending(finding => finding.Severity == FindingSeverity.Hold).ThenByDescending(finding => finding.IsUnknown).ThenByDescending(finding => finding.Severity)], results); // stable: what a hold names first stays first
    }

    private static bool IsReserved(CheckResult result) => result is { Check: "EG-05", IsBad: true };

    private static Finding? FindingOf(CheckResult result, IdentityPolicy policy, DateTimeOffset now)
    {
        // What could not be answered stands among the results: a finding is something to put right, or what an open question about mail is for.
        if (!result.IsBad)
            return null;
        var check = Catalogue.Find(result.Check)!;
        return new Finding(check.Id, IsReserved(result) ? FindingSeverity.Warn : check.SeverityUnder(policy, result), result.Seen, result.Expected, result.Fix, now, check.RuleName);
    }

    private static async Task<(Func<IdentityFacts, IdentityFacts> Change, string? Trouble)> LookAsync(IFactProbe probe, IdentityFacts facts, IProgress<string>? progress, CancellationToken cancellation)
    {
        try
        {
            return (await probe.LookAsync(facts, cancellation), null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // One way of looking that fails must not hide what the others saw.
            return (static seen => seen, $"{probe.Name}: {failure.Message}");
        }
        finally
        {
            progress?.Report(probe.Name);
        }
    }
}
