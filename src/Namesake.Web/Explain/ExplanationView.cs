using System.Collections.Immutable;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Web.Brands;
using Namesake.Web.Lanes;
using Namesake.Web.Sources;

namespace Namesake.Web.Explain;

/// <summary>What would happen to mail between two addresses, and why.</summary>
/// <param name="Sender">The reverse-path it would leave with, rewritten when it is forwarded (SRS); null without a brand.</param>
/// <param name="Fate">"leaves", "waits", "held", "bounces" or "refused".</param>
/// <param name="Brand">Null: it would be refused.</param>
/// <param name="Reseller">Whose brand it is; null: the provider's own.</param>
/// <param name="Remedy">What would change it; null when it would leave at once.</param>
/// <param name="Signatures">The DKIM signatures it gets when its From is the envelope sender.</param>
/// <param name="Unsigned">Why it gets none; null when it gets some, and without a brand.</param>
public sealed record ExplanationView(
    string From,
    string? Sender,
    string To,
    DateTimeOffset At,
    string Fate,
    string Outcome,
    string? Remedy,
    string? Brand,
    string BrandReason,
    string? Policy,
    ChosenView? Source,
    string SourceReason,
    ImmutableArray<CandidateView> Candidates,
    RouteView? Route,
    LaneView? Lane,
    LimitsView? Limits,
    ImmutableArray<SignatureView> Signatures,
    string? Unsigned,
    string? Reseller = null)
{
    public static ExplanationView Of(Explanation told) => new(
        told.From.ToString(),
        told.Sender?.ToString(),
        told.To.ToString(),
        told.At,
        told.Fate.ToString().ToLowerInvariant(),
        told.Outcome,
        told.Remedy,
        told.Brand?.Id.Value,
        told.BrandReason,
        told.Brand?.Policy.ToString().ToLowerInvariant(),
        told.Chosen is { } source ? new ChosenView(source.Id.Value, source.LocalAddress.ToString(), source.PublicAddress.ToString(), source.Ehlo.Value) : null,
        told.ChosenReason,
        [.. told.Candidates.Select(CandidateView.Of)],
        told.Route is { } route ? RouteView.Of(route) : null,
        told.Lane is { } lane
            ? new LaneView(lane.Key.Source.Value, lane.Key.Site.Value, lane.Sessions, lane.Waiting, lane.Rest is { } rest ? RestView.Of(rest) : null, null)
            : null,
        told.Limits is { } limits ? LimitsView.Of(limits) : null,
        [.. told.Signers.Select(signer => new SignatureView(signer.Domain.Value, signer.Selector, signer.Key.AlgorithmName, signer.RecordName.Value))],
        told.Unsigned,
        told.Brand?.Reseller?.Value);
}

/// <param name="Record">The name in DNS where its public key must be.</param>
public sealed record SignatureView(string Domain, string Selector, string Algorithm, string Record);

public sealed record ChosenView(string Id, string LocalAddress, string PublicAddress, string Ehlo);

/// <param name="Verdict">"aligned", "misaligned" or "unknown".</param>
/// <param name="Reaches">False: nobody answered over its family, or only hosts that step in for the receiver have it; it takes mail while no other source does.</param>
/// <param name="Share">Of the brand's mail to this receiver, among the sources open now.</param>
public sealed record CandidateView(string Id, string PublicAddress, string Ehlo, string Verdict, HoldView? Hold, bool FamilyMissing, double Share, bool Retiring = false, bool Reaches = true)
{
    public static CandidateView Of(ExplainedSource candidate) => new(
        candidate.Source.Id.Value,
        candidate.Source.PublicAddress.ToString(),
        candidate.Source.Ehlo.Value,
        (candidate.Standing?.Verdict ?? Core.Identity.Verdict.Unknown).ToString().ToLowerInvariant(),
        candidate.Hold is { } hold ? HoldView.Of(hold) : null,
        candidate.FamilyMissing,
        Math.Round(candidate.Share, 3),
        candidate.Source.Retiring,
        candidate.Reaches);
}

/// <param name="Identity">"public", "delegated" or "internal".</param>
public sealed record RouteView(string How, string Site, string Identity, ImmutableArray<string> Hosts, DateTimeOffset Until)
{
    public static RouteView Of(Reachable route) => new(route.How, route.Site.Value, route.Identity.ToString().ToLowerInvariant(), [.. route.Hops.Select(hop => hop.ToString())], route.Until);
}

/// <param name="RetrySeconds">Waits after the first, second, … attempt; the last repeats.</param>
/// <param name="Jitter">Share by which each may be longer.</param>
/// <param name="HandingIn">Whose limits it would come under when it is handed in; those without limits are left out.</param>
/// <param name="ConnectionsInAll">Of all sources of the node towards the site; null: no limit.</param>
/// <param name="MessagesPerMinuteInAll">As <paramref name="ConnectionsInAll"/>.</param>
public sealed record LimitsView(
    int? Connections, int? MessagesPerConnection, int? MessagesPerMinute, ImmutableArray<double> RetrySeconds, double Jitter, double ExpirySeconds, long MessageBytes, ImmutableArray<HandingInView> HandingIn, int? ConnectionsInAll = null,
    int? MessagesPerMinuteInAll = null)
{
    public static LimitsView Of(ExplainedLimits limits) =>
        new(limits.Site?.Connections, limits.Site?.MessagesPerConnection, limits.Site?.MessagesPerMinute, [.. limits.Retries.Select(wait => wait.TotalSeconds)], limits.Jitter, limits.Expiry.TotalSeconds, limits.MessageBytes,
            [.. limits.HandingIn.Select(one => new HandingInView(one.Whose, SendingLimitsView.Of(one.Limits)!))], limits.Site?.ConnectionsInAll, limits.Site?.MessagesPerMinuteInAll);
}

/// <param name="Whose">"user ann", "sender ann@acme.example", "brand acme", "reseller north".</param>
public sealed record HandingInView(string Whose, SendingLimitsView Limits);
