using System.Collections.Immutable;

namespace Namesake.Core.Plans.Journal;

public enum SeenVerdict
{
    /// <summary>The outside sees what is wanted.</summary>
    Agrees,

    /// <summary>The outside sees something else.</summary>
    Disagrees,

    /// <summary>It could not be seen.</summary>
    NotSeen,
}

/// <summary>What the outside sees of one wanted identity, over new connections and from DNS itself.</summary>
/// <param name="Address">Which address the witnesses see; what was not asked or not answered is <see cref="SeenVerdict.NotSeen"/>.</param>
/// <param name="Names">What the authoritative servers say of PTR record and name.</param>
/// <param name="Words">Who said what, a sentence each.</param>
public sealed record SeenIdentity(WantedIdentity Wanted, SeenVerdict Address, SeenVerdict Names, ImmutableArray<string> Words);
