using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity.Probes;

/// <summary>Looks back: what has changed within the last days, and what sessions said. Before <see cref="NameProbe"/>, which asks about the addresses a name has left.</summary>
public sealed class HistoryProbe(IdentityLedger ledger) : IFactProbe
{
    public string Name => "history";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var history = await ledger.HistoryFactsAsync(basis.Source.Id, cancellation);
        return all => all with { History = history };
    }
}
