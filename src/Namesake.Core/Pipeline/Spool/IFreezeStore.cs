using System.Collections.Immutable;
using Namesake.Core.Identity;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>The port that remembers over restarts who may not hand in mail. Values are opaque JSON, versioned inside.</summary>
public interface IFreezeStore
{
    Task<ImmutableDictionary<string, string>> FreezesAsync(CancellationToken cancellation);

    /// <summary>Stores or, with null, forgets. Later calls for one name win.</summary>
    Task SaveFreezeAsync(string name, string? state);

    /// <inheritdoc cref="IIdentityStore.ChangesAsync"/>
    Task<StateChanges> FreezeChangesAsync(DateTimeOffset? since, CancellationToken cancellation) => Task.FromResult(StateChanges.None);
}
