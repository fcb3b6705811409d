using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline;

// The same questions the stages ask, in the same order, with the answers kept instead of acted on.
public sealed partial class Dispatcher
{
    /// <summary>For a page of queues: a resolver that answers tells a thousand domains in less.</summary>
    private static readonly TimeSpan LongestLearning = TimeSpan.FromSeconds(10);

    private const int WaysLearntAtOnce = 50;

    /// <summary>Says what would happen to mail between two addresses, and why, before anything is sent. Asks DNS for the way if it isn't known; stores nothing.</summary>
    public async Task<Explanation> ExplainAsync(Mailbox from, Mailbox to, ExplainOrigin origin, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var model = _model();
        var plan = await _router.PlanAsync(to.Domain, null, cancellation);
        var route = plan as Reachable;
        // 1. Whose mail is it?
        var whose = ExplainedBrand.Of(from, origin, model, now);
        if (whose.Brand is not { } brand)
            return new Explanation(from, null, to, now, null, whose.Reason, [], null, "no brand, so no source: there is no default identity", route, null, null, ExplainedFate.Refused,
                $"it would be refused with {whose.Refusal} at MAIL FROM", whose.Remedy);
        if (origin.User is { } user && _submitters.FreezeOf(user.Name) is { } freeze)
            return new Explanation(from, whose.Sender, to, now, brand, whose.Reason, [], null, "nothing is accepted, so no source is chosen", route, null, null, ExplainedFate.Refused,
                $"it would be refused with {_submitters.RefusalOf(user.Name)} at MAIL FROM: {user.Name} is frozen since {freeze.Since:yyyy-MM-dd HH:mm} UTC by {freeze.By}: {freeze.Reason}", $"`{freeze.Thaw}`, when nobody else has its password any more");
        // 2. As whom may it leave?
        var candidates = Candidates(brand, to.Domain, route);
        var message = MessageId.At(now);
        var open = Choose(brand, message, to.Domain, null, route);
        var chosen = model.Sources.Find(open ?? ToWaitFor(brand, message, to.Domain, null, route));
        var limits = new ExplainedLimits(route?.Limits, _retries.Waits, _retries.Jitter, brand.Expiry, model.MaximumMessageBytes) { HandingIn = HandingIn(from, origin, brand, model) };
        var lane = chosen is null || route is null ? null : LaneState(new LaneKey(chosen.Id, route.Site), route.Destination);
        // 3. What becomes of it?
        var (fate, outcome, remedy) = await _suppressions.FindAsync(brand.Id, to, cancellation) is { } suppressed ? Suppressed(suppressed)
            : plan is Unroutable nowhere ? Nowhere(nowhere, to)
            : open is null ? Closed(candidates, brand, route!, now)
            : lane?.Rest is { } rest && rest.Until > now ? Resting(rest, route!)
            : Leaving(chosen!, route!, to, SilentReceiver(chosen!, route!, model, now));
        return new Explanation(from, whose.Sender, to, now, brand, whose.Reason, candidates, chosen, WhyChosen(candidates, chosen, open is not null), route, lane, limits, fate, outcome, remedy)
        {
            Signers = whose.Signers,
            Unsigned = whose.Unsigned,
        };
    }

    private static ImmutableArray<(string, SendingLimits)> HandingIn(Mailbox from, ExplainOrigin origin, Brand brand, RelayModel model)
    {
        (string Whose, SendingLimits Limits)[] all =
        [
            ($"user {origin.User?.Name}", origin.User?.Limits ?? SendingLimits.None),
            ("client, each", origin is { User: null, Listener: { } listener } ? listener.ClientLimits : SendingLimits.None),
            ($"sender {SubmitterName.OwnSender(brand, from)}", SubmitterName.OwnSender(brand, from) is null ? SendingLimits.None : brand.SenderLimits),
            ($"brand {brand.Id}", brand.Limits),
            ($"reseller {brand.Reseller}", model.Brands.ResellerOf(brand)?.Limits ?? SendingLimits.None),
        ];
        return [.. all.Where(one => one.Limits != SendingLimits.None)];
    }

    /// <summary>Why a queue moves or doesn't, from what is in memory: no I/O.</summary>
    public QueueStanding StandingOf(QueueKey key)
    {
        var route = _router.LastKnown(key.Domain, key.Via);
        var lane = route is null ? null : _gate.FindLane(new LaneKey(key.Source, route.Site));
        return new QueueStanding(route, HoldOf(key, route), lane?.RestOf(route!.Destination), _model().Sources.Find(key.Source) is { Retiring: true });
    }

    /// <summary>Asks DNS for the ways of queues whose mail went nowhere yet since the start, many at once. What it doesn't tell in time stays unknown.</summary>
    /// <returns>Whether it told all; else asking for more is of little use.</returns>
    public async Task<bool> LearnWaysAsync(IEnumerable<QueueKey> queues, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(queues);
        var unknown = queues.Where(key => _router.LastKnown(key.Domain, key.Via) is null && _router.Known(key.Domain, key.Via) is null).Select(key => (key.Domain, key.Via)).Distinct().ToList();
        if (unknown.Count == 0)
            return true;
        using var end = new CancellationTokenSource(LongestLearning, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
        try
        {
            await Parallel.ForEachAsync(unknown, new ParallelOptions { MaxDegreeOfParallelism = WaysLearntAtOnce, CancellationToken = either.Token },
                async (way, stop) => await _router.PlanAsync(way.Domain, way.Via, stop));
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The site a domain's mail goes to. Asks DNS if it isn't known; null when that tells none in time.</summary>
    public async Task<SiteId?> SiteOfAsync(DomainName domain, CancellationToken cancellation)
    {
        await LearnWaysAsync([new QueueKey(default, default, domain)], cancellation);
        return (_router.LastKnown(domain, null) ?? _router.Known(domain, null) as Reachable)?.Site;
    }

    private ImmutableArray<ExplainedSource> Candidates(Brand brand, DomainName domain, Reachable? route)
    {
        var identity = IdentityOf(domain, null, route);
        var candidates = CandidatesOf(brand, domain, null, route).Select(candidate => new ExplainedSource(
            candidate.Source, _standings.Of(candidate.Source.Id), _gate.ClosedBy(candidate.Source.Id, route?.Site, identity), FamilyMissing: !candidate.Fits, candidate.Reaches, Share: 0)).ToList();
        var reaches = candidates.Any(candidate => candidate is { Hold: null, FamilyMissing: false, Source.Retiring: false, Reaches: true });
        var weight = candidates.Where(IsOpen).Sum(candidate => candidate.Source.Weight);
        return [.. candidates.Select(candidate => IsOpen(candidate) ? candidate with { Share = (double)candidate.Source.Weight / weight } : candidate)];

        bool IsOpen(ExplainedSource candidate) => candidate is { Hold: null, FamilyMissing: false, Source.Retiring: false } && candidate.Reaches == reaches;
    }

    private ExplainedLane? LaneState(LaneKey key, string destination) => _gate.FindLane(key) is { } lane ? new ExplainedLane(key, lane.Sessions, lane.Waiting, lane.RestOf(destination)) : null;

    private static string WhyChosen(ImmutableArray<ExplainedSource> candidates, Source? chosen, bool open)
    {
        if (chosen is null)
            return "none of the brand's sources is configured any more";
        var choice = candidates.Count(candidate => candidate.Share > 0);
        return !open ? "it would wait for this source, and move when another of the brand's opens"
            : candidates.Length == 1 ? "it is the brand's only source"
            : choice == 1 ? "it is the only one of the brand's sources that is open for this receiver"
            : $"one of {choice} open sources, chosen by weight from the message's id: this one for a message accepted now, and for all its retries";
    }

    private static (ExplainedFate Fate, string Outcome, string? Remedy) Suppressed(SuppressionEntry entry) =>
        (ExplainedFate.Refused, $"it would be refused with {entry.Answer().Code} {entry.Answer().Enhanced} at RCPT TO, or returned with a DSN where it is in the spool already: {entry.Key.Address} {entry.Why()}", entry.HowItEnds());

    private static (ExplainedFate Fate, string Outcome, string? Remedy) Nowhere(Unroutable plan, Mailbox to) => plan.Reply.IsPermanent
        ? (ExplainedFate.Bounces, $"it would be accepted and returned at once with a DSN: {Text(plan)}", $"the records of {to.Domain}, or a route for it in the configuration")
        : (ExplainedFate.Waits, $"it would be accepted and tried again by the schedule: {Text(plan)}", $"ends when DNS answers; it is asked again after {plan.Until:HH:mm:ss} UTC");

    private static (ExplainedFate Fate, string Outcome, string? Remedy) Closed(ImmutableArray<ExplainedSource> candidates, Brand brand, Reachable route, DateTimeOffset now)
    {
        var held = candidates.FirstOrDefault(candidate => candidate is { Hold: not null, FamilyMissing: false });
        if (held is null && candidates.FirstOrDefault(candidate => candidate is { Source.Retiring: true, FamilyMissing: false }) is { } retiring)
            return (ExplainedFate.Waits, $"it would be accepted and wait: {retiring.Source.Id} is retiring and takes no new mail, and {brand.Id} has no other source that can reach the receiver",
                $"give {brand.Id} another source, or take back that {retiring.Source.Id} is retiring");
        if (held is null)
            return (ExplainedFate.Waits,
                $"it would be accepted and tried again by the schedule: the receiver has {(route.HasFamily(AddressFamily.InterNetworkV6) ? "IPv6" : "IPv4")} addresses only, and {brand.Id} has no source of that family",
                $"give {brand.Id} a source of that family");
        var hold = held.Hold!;
        if (hold.Reason == Identity.Hold.WarmUp)
            return (ExplainedFate.Waits, $"it would be accepted and wait in the spool: {held.Source.Id} {hold.Describe()}, and {brand.Id} has no other source that is open",
                $"ends by itself; sooner with another source for {brand.Id}, or a larger day in {held.Source.Id}'s warmUp");
        var fixes = held.Standing?.Findings.Where(finding => finding.Severity == Identity.FindingSeverity.Hold && finding.Fix.Length > 0).Select(finding => finding.Fix).Distinct().ToList() ?? [];
        return (ExplainedFate.Held,
            $"it would be accepted and held, until {now + brand.Expiry:yyyy-MM-dd HH:mm} UTC at the longest: {held.Source.Id} {hold.Describe()}",
            fixes.Count > 0 ? string.Join("; ", fixes) : hold.EndsWhen);
    }

    private static (ExplainedFate Fate, string Outcome, string? Remedy) Resting(Backoff rest, Reachable route) =>
        (ExplainedFate.Waits, $"it would be accepted and wait: the way to {route.Site} ({route.Destination}) rests until {rest.Until:HH:mm:ss} UTC after {Count(rest.Failures)}: {rest.Reason}",
            "ends by itself; one message is tried then, the others follow if it gets through");

    private (ExplainedFate Fate, string Outcome, string? Remedy) Leaving(Source source, Reachable route, Mailbox to, string? silent)
    {
        bool MayGreet(string name) => route.Identity != RouteIdentity.Public || _standings.MayGreet(source, name);
        if (route.Hops.FirstOrDefault(hop => hop.Address.AddressFamily == source.Family && MayGreet(hop.Host)) is not { } first || !MayGreet(to.Domain.Value))
            return (ExplainedFate.Held, $"it would be accepted and held (EH-10): the receiver would be greeted with its own name, {source.Ehlo}",
                $"another name for {source.Id}; where the receiver is yours, a route for {to.Domain} with identity: internal");
        var seen = source.IsTranslated ? $"{source.LocalAddress}, seen as {source.PublicAddress}," : source.LocalAddress.ToString();
        return (ExplainedFate.Leaves, $"it would leave at once from {seen} as {source.Ehlo} to {first} for {to.Domain}{silent}", null);
    }

    /// <summary>What silentReceivers.requireProof asks before mail goes to a receiver that echoes nothing; null when nothing. Whether it echoes is known in the session only.</summary>
    private string? SilentReceiver(Source source, Reachable route, RelayModel model, DateTimeOffset now)
    {
        if (model.SilentReceiversRequireProof is not { } most || !source.IsTranslated || route.Identity != RouteIdentity.Public)
            return null;
        var proof = _standings.Of(source.Id)?.Proof;
        if (proof is not null && now - proof.At <= most)
            return null;
        var age = proof is null ? $"there is no proof of {source.PublicAddress} yet" : $"the newest proof of {source.PublicAddress} is {(now - proof.At).TotalSeconds:0} s old";
        return $"; if {route.Site} does not echo our address, "
            + (model.Witnesses.IsEmpty ? "it would wait: no witness is configured to renew it" : "a witness is asked first, and it waits if none confirms our address")
            + $" ({age}, silentReceivers.requireProof allows {most.TotalSeconds:0} s)";
    }

    private static string Count(int failures) => failures == 1 ? "a failure" : $"{failures} failures in a row";

    private static string Text(Unroutable plan) => plan.Reply.ToString();
}
