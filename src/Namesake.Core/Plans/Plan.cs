using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans;

/// <summary>An ordered list of changes to DNS or to a firewall, from what was seen to what is wanted. Immutable, as it was made and shown: applying it again looks at nothing but its prerequisites.</summary>
public sealed record Plan
{
    public required PlanId Id { get; init; }

    public required PlanKind Kind { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The node it was made on: a firewall's plan holds there only.</summary>
    public required string Node { get; init; }

    /// <summary>One after the other. Removing goes the other way round.</summary>
    public required ImmutableArray<PlanStep> Steps { get; init; }

    public ImmutableArray<PlanNote> Notes { get; init; } = [];

    /// <summary>What the outside must see when all is applied.</summary>
    public ImmutableArray<WantedIdentity> Wanted { get; init; } = [];

    /// <summary>The limits it was made under, raised ones among them.</summary>
    public required PlanLimits Limits { get; init; }

    public IEnumerable<Change> Changes => Steps.SelectMany(step => step.Changes);

    public bool IsEmpty => Steps.All(step => step.Changes.IsEmpty);

    /// <summary>Nothing to change, and nothing left undone.</summary>
    public bool IsComplete => IsEmpty && !Notes.Any(note => note.LeavesUndone);

    /// <summary>One of its changes makes this zone.</summary>
    public bool Makes(DomainName zone) => Changes.OfType<ZoneChange>().Any(change => !change.Removes && change.Zone == zone);

    /// <summary>Local addresses that leave otherwise after it than before.</summary>
    public ImmutableHashSet<IPAddress> Moved => [.. Changes.OfType<TranslationChange>().SelectMany(change => change.Different).Select(mapping => mapping.Local)];

    /// <summary>Sources whose identity its changes leave, by name or by what is made of their address. Those it was made for and finds right already are none of its business.</summary>
    public ImmutableArray<SourceId> Touched
    {
        get
        {
            var moved = Moved;
            // A change that puts back what a plan once made says not for whom.
            var nobodys = Changes.OfType<RecordChange>().Where(change => change.Sources.IsEmpty).ToList();
            return [.. Changes.SelectMany(change => change.Sources)
                .Concat(Wanted.Where(identity => moved.Contains(identity.Local) || nobodys.Exists(change => change.IsAbout(identity))).Select(identity => identity.Source).OfType<SourceId>()).Distinct()];
        }
    }

    /// <summary>The same without what takes consent of its own. What the notes say of it stays true.</summary>
    public Plan WithoutForeign()
    {
        var left = Changes.Where(change => change.IsForeign).SelectMany(change => change.Sources).ToHashSet();
        return this with
        {
            Steps = [.. Steps.Select(step => step with { Changes = step.Changes.RemoveAll(change => change.IsForeign) }).Where(step => !step.Changes.IsEmpty)],
            Wanted = Wanted.RemoveAll(identity => identity.Source is { } source && left.Contains(source)),
        };
    }

    /// <summary>The way back: the steps backwards, each change as its inverse.</summary>
    public ImmutableArray<PlanStep> Inverse() => [.. Steps.Reverse().Select(step => step with { Changes = [.. step.Changes.Reverse().Select(change => change.Inverse())] })];
}

/// <summary>Changes that may be written together. The next step begins when the outside sees them.</summary>
/// <param name="Title">"address records", "PTR records", "translation".</param>
/// <param name="WaitsUntilSeen">Every authoritative server must show them before the next step.</param>
public sealed record PlanStep(string Title, ImmutableArray<Change> Changes, bool WaitsUntilSeen);
