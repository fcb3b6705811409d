using System.Collections.Concurrent;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>May it go now, as whom?</summary>
/// <remarks>Four things close a lane: the source's own hold, the fence's hold of this lane, an operator's suspension, and back-off. The first two are identity and come from
/// the standings; on delegated and internal routes only what we control ourselves holds (EG-02, EG-03, EH-01 to EH-03, FB-08). The answer is read again
/// for every message and never stored: a lane that was open a moment ago is no promise.</remarks>
public sealed class Gate(ISourceStandings standings, Suspensions suspensions, SessionSlots slots, WarmUps warmUps, TimeProvider time)
{
    private readonly ConcurrentDictionary<LaneKey, Lane> _lanes = new();
    private readonly TimeProvider _time = time;

    /// <summary>What operators have closed.</summary>
    public Suspensions Suspensions { get; } = suspensions;

    /// <summary>Plans that were broken off.</summary>
    public UndecidedPlans Undecided { get; } = new();

    /// <summary>Sessions of the whole node.</summary>
    public SessionSlots Slots { get; } = slots;

    /// <summary>Messages a day of sources that are new.</summary>
    public WarmUps WarmUps { get; } = warmUps;

    /// <summary>Messages per time, of lanes and of sites.</summary>
    public LaneRates Rates { get; } = new(time);

    /// <summary>Those in use, those that rest, and those whose rest ended less than <see cref="Backoff.Remembered"/> ago.</summary>
    public IEnumerable<Lane> Lanes
    {
        get
        {
            // Not the dictionary's Values: they copy all of them under all locks.
            foreach (var (_, lane) in _lanes)
                yield return lane;
        }
    }

    /// <summary>Puts a waybill in line.</summary>
    /// <returns>The lane when the caller must start a session for it; null when a session that exists will take it.</returns>
    public Lane? LineUp(LaneKey key, Waybill waybill)
    {
        while (true)
        {
            var lane = _lanes.GetOrAdd(key, static (key, gate) => new Lane(key, gate.Slots, gate._time), this);
            switch (lane.Enqueue(waybill, waybill.Route.Connections))
            {
                case true:
                    return lane;
                case false:
                    MakeRoomFor(lane);
                    return null;
                default:
                    Forget(lane); // It was retired between our finding it and our using it: a new one takes its place.
                    break;
            }
        }
    }

    /// <summary>The lane whose turn for a slot it is: the caller starts a session in it. Null when nobody waits or nothing is free.</summary>
    public Lane? NextToBegin()
    {
        while (Slots.Next() is { } lane)
        {
            if (lane.Begin())
            {
                MakeRoomFor(lane); // It may use more than one.
                return lane;
            }

            Slots.Release(lane);
        }

        return null;
    }

    /// <summary>Ends a parked session for a lane that waits for a slot; nothing happens when it doesn't wait.</summary>
    public void MakeRoomFor(Lane lane)
    {
        if (Slots.IdlerFor(lane) is { } idler && !idler.EndOneParked())
            Slots.NoneEnded(idler);
    }

    /// <summary>Lets go of lanes in which nothing is, nothing happens and nothing must be remembered: a sender to 100,000 sites does not keep 100,000 lanes.</summary>
    public void Prune()
    {
        Rates.Prune();
        foreach (var (_, lane) in _lanes)
            if (lane.TryRetire())
                Forget(lane);
    }

    private void Forget(Lane lane) => _lanes.TryRemove(new KeyValuePair<LaneKey, Lane>(lane.Key, lane));

    public Lane? FindLane(LaneKey key) => _lanes.GetValueOrDefault(key);

    /// <summary>Why nothing may leave there; null when the way is open. A source nobody configured is closed.</summary>
    public Hold? HoldOf(SourceId source, SiteId? site, RouteIdentity identity)
    {
        if (standings.Of(source) is not { } standing)
            return new Hold(source, null, "EG-03", "source-gone", "no such source in the configuration", "a configured source", _time.GetUtcNow(),
                "ends when the source is configured again or the mail is moved to another source of its brand");
        if (standings.HoldTowards(standing, site) is { } hold && (identity == RouteIdentity.Public || HoldsEverywhere(hold)))
            return hold;
        if (Undecided.HoldOf(source) is { } undecided)
            return undecided;
        if (site is not { } known)
            return null;
        return (identity == RouteIdentity.Public ? standings.LaneHold(source, known) : null) ?? Suspensions.Find(new LaneKey(source, known))?.ToHold(source);
    }

    /// <summary>Why nothing more is lined up there: <see cref="HoldOf"/>, or the end of a warm-up's day. What is lined up already was counted, and goes.</summary>
    public Hold? ClosedBy(SourceId source, SiteId? site, RouteIdentity identity) => HoldOf(source, site, identity) ?? WarmUps.HoldOf(source, identity);

    /// <summary>How many consignments of a brand's queue may be claimed for this way now: none while enough of the brand wait, one to try what rested; null while it rests.</summary>
    public int? Allowance(LaneKey key, string destination, BrandId brand, int most) =>
        FindLane(key) is { } lane ? lane.Allowance(destination, brand, most) : most;

    private static bool HoldsEverywhere(Hold hold) => hold.Check is "EG-02" or "EG-03" or "EH-01" or "EH-02" or "EH-03" or "FB-08";
}
