using System.Collections.Immutable;
using Namesake.Cli;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Sources;

namespace Namesake.Plans;

/// <summary>The relay whose own process carries the plan out.</summary>
/// <param name="notice">Looks at the plans in hand.</param>
internal sealed class RelayItself(Func<CancellationToken, Task> notice, Dispatcher dispatcher, IdentityWatch watch, Func<RelayModel> model, TimeProvider time) : IRelayAtWork
{
    /// <summary>Whoever looks at the plans already may wait for the lock we hold. What they find in the end is the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<string?> NoticeAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await notice(either.Token);
        return null;
    }

    public Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation)
    {
        var ours = sources.Where(source => model().Sources.Find(source) is not null).ToImmutableArray();
        if (ours.IsEmpty)
            return Task.FromResult("no source of the relay is concerned");
        var sessions = ours.Sum(dispatcher.Drain);
        foreach (var source in ours)
            watch.LookSoon(source);
        return Task.FromResult($"the relay sends over new connections from here on; of {Tables.Count(sessions, "old one")} those that carried nothing are closed");
    }
}
