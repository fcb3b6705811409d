using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>What gate and delivery ask and tell about identities. Reading is a snapshot look-up: no wait, no I/O.</summary>
public interface ISourceStandings
{
    /// <summary>Null when no such source is configured.</summary>
    SourceStanding? Of(SourceId source);

    /// <summary>The hold of one lane by the fence; null when the lane is open. The source's own hold is not repeated here.</summary>
    Hold? LaneHold(SourceId source, SiteId site);

    /// <summary>Told by every session's EHLO on a public route, before MAIL FROM. Takes effect before it returns.</summary>
    FenceVerdict Sighted(EchoSighting sighting);

    /// <summary>A socket could not be bound to the source's address, or was bound to another: held at once under every policy (EG-02, EG-03).</summary>
    /// <param name="source">As it was bound: what a reload has changed since holds nobody.</param>
    /// <param name="boundElsewhere">True: it was bound, but to another address (EG-02). False: it could not be bound at all (EG-03).</param>
    void BindFailed(Source source, string seen, bool boundElsewhere = false);

    /// <summary>Whether we may greet this host, or mail for this domain, on a public route: not when it bears the very name we would greet it with (EH-10). Asked before anything is
    /// dialled; no I/O.</summary>
    bool MayGreet(Source source, string receiver);

    /// <summary>All hosts of a way that could be tried bear our own name: the lane is held.</summary>
    void OwnNameMet(Source source, SiteId site, string receiver);

    /// <summary>A receiver refused us for our identity, or may have: look again now.</summary>
    void RefusedForIdentity(IdentityRefusal refusal);

    /// <summary>A receiver took a message: what it refused before is over there.</summary>
    void Accepted(SourceId source, SiteId site);

    /// <summary>Whether a source that is held for receivers' refusals (FB-01) may try one message there now.</summary>
    bool MayTry(SourceId source, SiteId site);

    /// <summary>Raised after a source or lane was held or released. Handlers must be quick and not throw.</summary>
    event Action<StandingChange>? Changed;
}

/// <param name="Site">Null when the whole source changed.</param>
public sealed record StandingChange(SourceId Source, SiteId? Site, bool Open);

public enum FenceVerdict
{
    /// <summary>The address echoed is the expected one: fresh proof.</summary>
    Confirmed,

    /// <summary>No public address was echoed: go on, exposure is bounded by the proof's age.</summary>
    Silent,

    /// <summary>Another public address: QUIT before MAIL FROM. The lane is held already.</summary>
    Wrong,
}
