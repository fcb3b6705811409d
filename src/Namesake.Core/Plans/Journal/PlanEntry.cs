using System.Collections.Immutable;

namespace Namesake.Core.Plans.Journal;

/// <summary>One line of a plan's journal.</summary>
/// <param name="Who">"ann@relay1", "ann over the API", "dead-man timer (process 4711)", "relay".</param>
/// <param name="Text">For a person; may be empty.</param>
public sealed record PlanEntry(DateTimeOffset At, string Who, PlanEvent Event, string Text)
{
    /// <summary>Which changes, by their number in the plan from 0.</summary>
    public ImmutableArray<int> Changes { get; init; } = [];

    /// <summary>Of <see cref="PlanEvent.Begun"/>: undone by itself when it isn't confirmed by then.</summary>
    public Deadline? Until { get; init; }

    public PlanSnapshot? Snapshot { get; init; }

    public ImmutableArray<SeenIdentity> Seen { get; init; } = [];
}

/// <summary>When an unconfirmed plan is undone.</summary>
/// <param name="Boot">Which start of the machine; empty where that isn't known. After another start it is over.</param>
/// <param name="Uptime">By the clock that counts since that start, sleep included: the time of day may jump.</param>
/// <param name="At">By the time of day, for people, and where there is no such clock.</param>
public sealed record Deadline(string Boot, TimeSpan Uptime, DateTimeOffset At);
