using Namesake.Core.Identity.Facts;

namespace Namesake.Core.Identity;

/// <summary>Looks at one part of an identity from where it stands, and says what it saw.</summary>
public interface IFactProbe
{
    /// <summary>What is looked at, for a progress bar: "name servers".</summary>
    string Name { get; }

    /// <param name="basis">The source with what is configured of it, and what DNS says of address and name.</param>
    /// <returns>Puts what was seen into the facts. Never throws for what the outside does or doesn't do: that is a fact, or its absence.</returns>
    Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation);

    /// <summary>After all have looked, for what can be said only of what others saw.</summary>
    Task<IdentityFacts> SettleAsync(IdentityFacts seen, CancellationToken cancellation) => Task.FromResult(seen);
}
