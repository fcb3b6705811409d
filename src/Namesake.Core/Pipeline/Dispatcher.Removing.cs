using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// Mail that ends because an operator says so. It was claimed for that: nobody sends it meanwhile, and a relay that dies in between finds it as it was.
public sealed partial class Dispatcher
{
    /// <summary>Returns claimed mail to its sender with a DSN, in one transaction; what has no sender is kept as undeliverable. Never throws: what can't be ended goes back.</summary>
    public Task BounceAsync(Consignment consignment, string reason, string by) => RemoveAsync(consignment, "bounced", $"bounced by {by}: {reason}",
        ended => _reporter.BouncedAsync(consignment, $"the operator of this relay returned it: {reason}", ended, _aborting.Token));

    /// <summary>Removes claimed mail without telling its sender. Never throws: what can't be removed goes back.</summary>
    public Task PurgeAsync(Consignment consignment, string reason, string by) => RemoveAsync(consignment, "purged", $"removed by {by}: {reason}",
        ended => _reporter.PurgedAsync(consignment, ended, _aborting.Token));

    private Task RemoveAsync(Consignment consignment, string how, string why, Func<AttemptEvent, Task<ImmutableArray<Consignment>>> settle)
    {
        _window.Enter(consignment.Key.Brand, consignment.Content?.Length ?? 0);
        return CarryOutAsync(consignment, async () =>
        {
            ImmutableArray<Outcome> outcomes = [.. consignment.Recipients.Select(_ => new Deferred(SessionPhase.Resolve, FailureScope.Message, null, why))];
            var spawned = await settle(WithoutSession(consignment, _router.Known(consignment.Key.Domain, consignment.Via) as Reachable, outcomes, ended: how));
            Offer(spawned);
            Forget(consignment);
        });
    }
}
