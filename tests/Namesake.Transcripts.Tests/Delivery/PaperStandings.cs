using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Transcripts.Tests.Delivery;

/// <summary>Standings that judge a sighting by the address alone and remember what they were told. The real ones have tests of their own.</summary>
internal sealed class PaperStandings(IPAddress expected) : ISourceStandings, IWitnessQuestion
{
    public event Action<StandingChange>? Changed
    {
        add { }
        remove { }
    }

    public ConcurrentQueue<string> Refusals { get; } = new();

    public SourceStanding? Of(SourceId source) => null;

    public Hold? LaneHold(SourceId source, SiteId site) => null;

    public ConcurrentQueue<EchoSighting> Sightings { get; } = new();

    public FenceVerdict Sighted(EchoSighting sighting)
    {
        Sightings.Enqueue(sighting);
        return sighting.Observed is not { } seen ? FenceVerdict.Silent : seen.Equals(expected) ? FenceVerdict.Confirmed : FenceVerdict.Wrong;
    }

    public void BindFailed(Source source, string seen, bool boundElsewhere = false)
    {
    }

    public bool MayGreet(Source source, string receiver) => receiver != source.Ehlo.Value;

    public void OwnNameMet(Source source, SiteId site, string receiver)
    {
    }

    public void RefusedForIdentity(IdentityRefusal refusal) => Refusals.Enqueue(refusal.Reply.ToString());

    public void Accepted(SourceId source, SiteId site)
    {
    }

    public bool MayTry(SourceId source, SiteId site) => false;

    public Task AskAsync(SourceId source, CancellationToken cancellation) => Task.CompletedTask;
}
