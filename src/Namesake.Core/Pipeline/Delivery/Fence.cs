using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>What the receiver's EHLO reply says our address is, put into the words of the identity.</summary>
/// <remarks>Reads only; what follows from a sighting is decided by the standings, in one place, for sessions and probes alike.</remarks>
public sealed class Fence(Func<RelayModel> model, ISourceStandings standings, IWitnessQuestion witnesses, TimeProvider time)
{
    public EchoSighting Read(Source source, SiteId site, NextHop hop, string firstLine, bool newConnection, string? said = null, string? saidBefore = null)
    {
        var current = model();
        var echo = EhloEcho.Parse(firstLine);
        var observed = echo.PublicAddress(current.TreatAsPublic);
        var isWitness = current.Witnesses.Any(witness => string.Equals(witness.Host, hop.Host, StringComparison.OrdinalIgnoreCase) && witness.Port == hop.Port);
        return new EchoSighting(source.Id, site, hop, observed, firstLine, time.GetUtcNow(), newConnection, isWitness, said, source, saidBefore);
    }

    /// <summary>Whether mail may go to a receiver that doesn't echo: always, unless a most age of the proof is configured; then a witness is asked first when it is older.</summary>
    public async Task<ProofAge> AgeOfProofAsync(Source source, SiteId site, CancellationToken stop)
    {
        if (model().SilentReceiversRequireProof is not { } most || !source.IsTranslated)
            return ProofAge.Young;
        if (IsFresh(source.Id, most))
            return ProofAge.Young;
        await witnesses.AskAsync(source.Id, stop);
        if (IsFresh(source.Id, most))
            return ProofAge.Young;
        return standings.Of(source.Id) is { } standing && standings.HoldTowards(standing, site) is not null ? ProofAge.Held : ProofAge.Old;
    }

    private bool IsFresh(SourceId source, TimeSpan most) => standings.Of(source)?.Proof is { } proof && time.GetUtcNow() - proof.At <= most;
}
