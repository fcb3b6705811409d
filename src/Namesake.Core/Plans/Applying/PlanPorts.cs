using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

/// <summary>All that applying a plan touches.</summary>
public sealed record PlanPorts
{
    public required string Node { get; init; }

    /// <summary>Whose name stands in the journal.</summary>
    public required string Who { get; init; }

    public required Func<string, IDnsProvider?> Provider { get; init; }

    public required Func<string, IFirewall?> Firewall { get; init; }

    public required IPlanStore Store { get; init; }

    public required IDeadManTimer Timer { get; init; }

    public required IMachineUptime Uptime { get; init; }

    public required IDnsLookup Dns { get; init; }

    public required IEchoProbe Echo { get; init; }

    public required IRelayAtWork Relay { get; init; }

    /// <summary>Who says which address we come from.</summary>
    public ImmutableArray<WitnessModel> Witnesses { get; init; } = [];

    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];

    /// <summary>Public addresses of the configuration's sources that say this name.</summary>
    public Func<DomainName, ImmutableArray<IPAddress>> AddressesOf { get; init; } = _ => [];

    /// <summary>The limits of the configuration, to tell which are raised for this once; null: those a runner is given.</summary>
    public PlanLimits? UsualLimits { get; init; }
}

/// <summary>The port to what undoes a plan when we can't any more.</summary>
public interface IDeadManTimer
{
    /// <summary>Completes when it says in the plan's journal that it waits (<see cref="PlanEvent.Watching"/>), in a process that outlives this one.</summary>
    /// <returns>Null: it waits. Else why not, for a person.</returns>
    Task<string?> StartAsync(PlanId id, CancellationToken cancellation);
}

/// <summary>The port to the clock of the machine that no correction of the time moves.</summary>
public interface IMachineUptime
{
    /// <summary>Another at every start of the machine; empty where that can't be told.</summary>
    string Boot { get; }

    /// <summary>Since that start, sleep included.</summary>
    TimeSpan Now { get; }
}

/// <summary>The port to the relay that may be running on this node.</summary>
public interface IRelayAtWork
{
    /// <summary>Has it look at the plans in hand: it sends nothing by their sources until they are decided, and goes on when they are.</summary>
    /// <returns>Null: it has looked. Else why it was not told, for a person.</returns>
    Task<string?> NoticeAsync(CancellationToken cancellation);

    /// <summary>Has the pooled connections of these sources closed, and their identities looked at anew: what was said over an old connection proves nothing (EG-11).</summary>
    /// <returns>What came of it, for a person. No relay is no trouble: it has no connections.</returns>
    Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation);
}

/// <summary>How long things may take while a plan is applied.</summary>
public sealed record PlanTimes
{
    /// <summary>An unconfirmed plan is undone by itself after this, counted from its beginning, and after what it waits by plan besides (<see cref="SeenWithin"/> for every step that waits).</summary>
    /// <value>Default 2 minutes: writing and looking take seconds where all is well. Routers undo after 60 s (OPNsense) to 10 minutes (Junos); mail waits longer than that without harm.</value>
    public TimeSpan UndoAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long every authoritative server may take to show a step before the next one.</summary>
    /// <value>Default 1 minute: secondaries that are notified (RFC 1996) fetch a zone within seconds; one that isn't waits for its refresh time, which no plan can sit through.</value>
    public TimeSpan SeenWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks at the authoritative servers.</summary>
    public TimeSpan BetweenLooks { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest one call of a provider or firewall may take; then its answer counts as lost. Providers have time-outs of their own, which are shorter.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long another process may hold the node's lock before we give up.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries to read or write what doesn't answer, before it is left to a later try.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Reads of providers beside each other: a thousand records are no thousand round trips one after the other, and no flood.</summary>
    public int ReadsAtOnce { get; init; } = 8;

    public TimeSpan BetweenTries { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after its answer was given up a write may still come to hold. On the way back everything is looked at once more then.</summary>
    /// <value>20 seconds: providers hang up after 5 to 10, and a server that is slower than that again writes no more that anybody waits for.</value>
    public TimeSpan LandsWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the way back waits until the servers no longer show what was taken back, before it goes on.</summary>
    /// <value>20 seconds: less than others wait for the lock that is held meanwhile.</value>
    public TimeSpan SeenOnTheWayBack { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan DeadlineOf(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return UndoAfter + (SeenWithin * plan.Steps.Count(step => step.WaitsUntilSeen && !step.Changes.IsEmpty));
    }
}
