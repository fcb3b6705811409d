using System.Collections.Immutable;

namespace Namesake.Core.Identity.Facts;

/// <summary>What receivers answered and reported. For group FB.</summary>
/// <param name="Now">Refusals and names fade with time.</param>
/// <param name="Refusals">The newest of each receiver and fault, oldest first.</param>
/// <param name="Names">What EHLO replies called us: the newest of each receiver.</param>
/// <param name="AcceptedAt">When a receiver that had refused us took a message while the source was held for refusals; null: never.</param>
public sealed record FeedbackFacts(DateTimeOffset Now, ImmutableArray<RefusalNote> Refusals, ImmutableArray<NameNote> Names, DateTimeOffset? AcceptedAt)
{
    /// <summary>For so long a refusal or a name is told.</summary>
    public static readonly TimeSpan Told = TimeSpan.FromHours(24);

    public IEnumerable<RefusalNote> RecentRefusals => Refusals.Where(note => Now - note.At < Told);

    public IEnumerable<NameNote> RecentNames => Names.Where(note => Now - note.At < Told);
}
