using System.Collections.Immutable;

namespace Namesake.Core.Identity;

/// <summary>The port that keeps verdicts and proof over restarts. Values are opaque JSON of the identity's own making, versioned inside.</summary>
public interface IIdentityStore
{
    /// <summary>All stored states: key is "source:ID", "lane:ID|SITE", "family:ID|SITE", "takers:ID", "proxy:SITE", "clock", "mail-echo:ID", "reports:BRAND" or, of the gate's, "suspension:ID|SITE" with "*" for every source.</summary>
    Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation);

    /// <summary>Stores or, with null, forgets. Later calls for one key win.</summary>
    Task SaveAsync(string key, string? state);

    /// <summary>Of the keys that begin so, what was stored or forgotten since; a store that one process has alone has nothing to tell.</summary>
    /// <param name="since">What the last answer said; null: this is the first question.</param>
    Task<StateChanges> ChangesAsync(string prefix, DateTimeOffset? since, CancellationToken cancellation) => Task.FromResult(StateChanges.None);
}
