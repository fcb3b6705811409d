using Namesake.Auditing;
using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake;

// One look at a source with everything there is to look with, for whoever asks.
public sealed partial class RelayHost
{
    private async Task<AuditReport?> AuditAsync(SourceId source, CancellationToken cancellation)
    {
        if (Ledger.FactsOf(source) is not { } facts)
            return null;
        using var probes = AuditProbes.ForRelay(_configuration, _model, _resolver!, _time);
        return await new Auditor(_resolver!, probes.All, _time).AuditAsync(facts, Ledger.PolicyOf(source), null, cancellation);
    }
}
