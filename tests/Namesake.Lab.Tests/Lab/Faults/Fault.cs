using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Lab.Faults;

/// <summary>One thing that goes wrong while mail flows, and how it is put right.</summary>
/// <param name="Name">As bench/faults lists it.</param>
/// <param name="Victim">Whose source it is about. Cargo's mail goes to the same receivers meanwhile and must not notice.</param>
public sealed record Fault(string Name, LabBrand Victim)
{
    public required IReadOnlyList<LabReceiver> To { get; init; }

    public required Func<Task> Inject { get; init; }

    public required Func<Task> Repair { get; init; }

    /// <summary>Whether the relay knows of it.</summary>
    public required Func<SourceSeen, bool> IsSeen { get; init; }

    /// <summary>The check that holds the source; null where the rules say that it is told and nothing is held.</summary>
    public string? Holds { get; init; }

    /// <summary>What is told where nothing is held.</summary>
    public string? Tells { get; init; }

    /// <summary>How old a proof may be where receivers don't echo, in seconds; null: they do.</summary>
    public int? ProofSeconds { get; init; }

    /// <summary>A name that somebody else says, from the victim's address: not ours, and not counted.</summary>
    public string? Stranger { get; init; }
}
