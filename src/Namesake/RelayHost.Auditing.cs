using Namesake.Auditing;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;

namespace Namesake;

// One look at a source with everything there is to look with, for whoever asks.
public sealed partial class RelayHost
{
    private AuditProbes? _probes;

    private async Task<AuditReport?> AuditAsync(SourceId source, int looks, CancellationToken cancellation)
    {
        if (Ledger.FactsOf(source) is not { } facts)
            return null;
        facts = facts with { Certificates = ServedCertificates.Of(facts.Source, _model, new ChainJudge(null), _time.GetUtcNow()) };
        // What has been decides what is asked about now.
        facts = (await new HistoryProbe(Ledger).LookAsync(facts, cancellation))(facts);
        var standing = Ledger.Of(source);
        // An address that isn't proven to be ours may be a stranger's: a typing error must not knock at his door. Nor does a misnamed source show itself to who keeps a list of such.
        // Without its lease another node may be sending from it: nothing is dialled from there.
        var probes = _probes!.All.RemoveAll(probe => (probe is InboundProbe && standing?.ProvenAt is null) || (probe is MailEchoProbe && !MayShowItself(standing))
            || (probe is OutboundProbe or MailEchoProbe && standing?.Hold is { Reason: Hold.NoLease }));
        if (looks > 1)
            probes = [.. probes.Select(probe => probe is ZoneProbe zone ? zone.With(looks - 1) : probe)];
        var report = await new Auditor(_resolver!, probes, _time).AuditAsync(facts, Ledger.PolicyOf(source), null, cancellation);
        return Ledger.Of(source)?.Hold is { } hold ? WithHold(report, hold) : report;
    }

    /// <summary>A source that only this check holds, promoted by its brand, is shown again: nothing else would release it.</summary>
    private static bool MayShowItself(SourceStanding? standing) => standing is { Verdict: Verdict.Aligned, IsOpen: true } or { Hold.Check: "RP-04" };

    // What the relay knows from its sessions and its memory goes before one look from here.
    private static AuditReport WithHold(AuditReport report, Hold hold) => report with
    {
        Verdict = report.Verdict == Verdict.Aligned ? Verdict.Unknown : report.Verdict,
        Findings = report.Findings.Any(finding => finding.Check == hold.Check && finding.Severity == FindingSeverity.Hold) ? report.Findings
            : report.Findings.Insert(0, new Finding(hold.Check, FindingSeverity.Hold, hold.Seen, hold.Expected, $"The relay holds this source; it {hold.EndsWhen}", hold.Since)),
    };
}
