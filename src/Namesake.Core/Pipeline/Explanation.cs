using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Core.Pipeline;

/// <summary>What would become of a message that came in now, asked of the stages themselves: nothing is stored, dialled or sent.</summary>
/// <param name="Sender">The reverse-path it would leave with, rewritten when it is forwarded (SRS); null without a brand.</param>
/// <param name="Brand">Null: it would be refused at MAIL FROM.</param>
/// <param name="BrandReason">How the brand was found, or why there is none.</param>
/// <param name="Candidates">Every source of the brand, in the order of the configuration; empty without a brand.</param>
/// <param name="Chosen">The source a message accepted now would wait for or leave from; null without a brand.</param>
/// <param name="ChosenReason">Why that one.</param>
/// <param name="Route">Null when DNS or the configuration leads nowhere; then <paramref name="Outcome"/> says why.</param>
/// <param name="Lane">Null when nothing was sent there since the start, or there is no route.</param>
/// <param name="Limits">Null without a brand.</param>
/// <param name="Outcome">What would happen, and why, in one sentence.</param>
/// <param name="Remedy">What would change it; null when it would leave at once.</param>
public sealed record Explanation(
    Mailbox From,
    Mailbox? Sender,
    Mailbox To,
    DateTimeOffset At,
    Brand? Brand,
    string BrandReason,
    ImmutableArray<ExplainedSource> Candidates,
    Source? Chosen,
    string ChosenReason,
    Reachable? Route,
    ExplainedLane? Lane,
    ExplainedLimits? Limits,
    ExplainedFate Fate,
    string Outcome,
    string? Remedy)
{
    /// <summary>Who signs it (DKIM), if its From is the envelope sender.</summary>
    public ImmutableArray<DkimSigner> Signers { get; init; } = [];

    /// <summary>Why nobody does; null when somebody does, and without a brand.</summary>
    public string? Unsigned { get; init; }
}

/// <param name="Standing">Null for a source that has none yet.</param>
/// <param name="Hold">Why it could not take this message, the lane's hold included; null when it could as far as identity goes.</param>
/// <param name="FamilyMissing">The receiver has no address of this source's family.</param>
/// <param name="Reaches">False: nobody answered over its family, or only hosts that step in for the receiver have an address of it. It takes mail while no other source does.</param>
/// <param name="Share">Its share of the brand's mail to this receiver among the sources that are open now, 0 to 1.</param>
public sealed record ExplainedSource(Source Source, SourceStanding? Standing, Hold? Hold, bool FamilyMissing, bool Reaches, double Share);

/// <param name="Sessions">Connections open now.</param>
/// <param name="Waiting">Messages lined up in memory.</param>
/// <param name="Rest">The lane's, or that of the receiver's hosts alone; null when neither rests.</param>
public sealed record ExplainedLane(LaneKey Key, int Sessions, int Waiting, Backoff? Rest);

/// <param name="Site">What one source may ask of the site; null without a route.</param>
/// <param name="Retries">Waits after the first, second, … attempt; the last repeats, each longer by up to <paramref name="Jitter"/>.</param>
/// <param name="Expiry">How long it is tried or held, from acceptance.</param>
public sealed record ExplainedLimits(SiteLimits? Site, ImmutableArray<TimeSpan> Retries, double Jitter, TimeSpan Expiry, long MessageBytes)
{
    /// <summary>Whose limits of handing in it would come under, the narrowest first; those without limits are left out.</summary>
    public ImmutableArray<(string Whose, SendingLimits Limits)> HandingIn { get; init; } = [];
}

public enum ExplainedFate
{
    /// <summary>An attempt would begin at once.</summary>
    Leaves,

    /// <summary>Accepted, and tried later: the lane rests, or DNS does not answer.</summary>
    Waits,

    /// <summary>Accepted, and kept until an identity is aligned or its time is over.</summary>
    Held,

    /// <summary>Accepted, and returned to its sender with a DSN.</summary>
    Bounces,

    /// <summary>Not accepted.</summary>
    Refused,
}

/// <summary>Why a queue moves or doesn't, now.</summary>
/// <param name="Route">Null while the way isn't known in memory.</param>
/// <param name="Hold">Null when identity lets it go.</param>
/// <param name="Rest">Null when its lane isn't resting.</param>
/// <param name="Draining">Its source is retiring: what was tried comes to its end there, the rest moves or waits for another of the brand's.</param>
public sealed record QueueStanding(Reachable? Route, Hold? Hold, Backoff? Rest, bool Draining = false);
