using Namesake.Auditing;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;

namespace Namesake;

// One look at a source with everything there is to look with, for whoever asks.
public sealed partial class RelayHost
{
    private AuditProbes? _probes;

    private async Task<AuditReport?> AuditAsync(SourceId source, CancellationToken cancellation)
    {
        if (Ledger.FactsOf(source) is not { } facts)
            return null;
        facts = facts with { Certificates = ServedCertificates.Of(facts.Source, _model, new ChainJudge(null), _time.GetUtcNow()) };
        // What has been decides what is asked about now.
        facts = (await new HistoryProbe(Ledger).LookAsync(facts, cancellation))(facts);
        return await new Auditor(_resolver!, _probes!.All, _time).AuditAsync(facts, Ledger.PolicyOf(source), null, cancellation);
    }
}
