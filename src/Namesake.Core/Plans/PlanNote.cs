using System.Collections.Immutable;
using Namesake.Core.Sources;

namespace Namesake.Core.Plans;

public enum PlanNoteKind
{
    /// <summary>Nothing to do here: it is so already.</summary>
    Right,

    /// <summary>It could not be seen how it stands: nothing is planned for it.</summary>
    Unknown,

    /// <summary>Somebody else's record or rule is in the way.</summary>
    Foreign,

    /// <summary>We can't write it: the ticket says it to who can.</summary>
    NoAuthority,

    /// <summary>The zone is missing, not delegated, or reached by a chain that leads nowhere.</summary>
    Zone,

    /// <summary>A text to merge by hand: SPF.</summary>
    Merge,

    /// <summary>What was asked for contradicts itself, or would do harm.</summary>
    Refused,

    /// <summary>Something to know before it is applied.</summary>
    Advice,
}

/// <summary>What a plan says beside its changes.</summary>
/// <param name="About">"203.0.113.5", "mail.acme.example".</param>
/// <param name="Text">In sentences, for a person.</param>
/// <param name="Ticket">A text ready to be sent to who can do what we can't; null when there is nobody to ask.</param>
public sealed record PlanNote(PlanNoteKind Kind, string About, string Text, string? Ticket = null)
{
    public ImmutableArray<SourceId> Sources { get; init; } = [];

    /// <summary>Something wanted is not in the plan: it alone won't make everything right.</summary>
    public bool LeavesUndone => Kind is PlanNoteKind.Unknown or PlanNoteKind.Foreign or PlanNoteKind.NoAuthority or PlanNoteKind.Zone or PlanNoteKind.Refused;
}
