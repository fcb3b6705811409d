using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline;

// Mail that ends because an operator says so. It was claimed for that: nobody sends it meanwhile, and a relay that dies in between finds it as it was.
public sealed partial class Dispatcher
{
    /// <summary>Returns claimed mail to its sender with a DSN, in one transaction; what has no sender is kept as undeliverable.</summary>
    /// <returns>False when a fault of ours kept it from ending, and it was given back. Never throws.</returns>
    public Task<bool> BounceAsync(Consignment consignment, string reason, string by) => RemoveAsync(consignment, "bounced", $"bounced by {by}: {reason}",
        ended => _reporter.BouncedAsync(consignment, $"the operator of this relay returned it: {reason}", ended, _aborting.Token));

    /// <summary>Removes claimed mail without telling its sender.</summary>
    /// <returns>As <see cref="BounceAsync"/>.</returns>
    public Task<bool> PurgeAsync(Consignment consignment, string reason, string by) => RemoveAsync(consignment, "purged", $"removed by {by}: {reason}",
        ended => _reporter.PurgedAsync(consignment, ended, _aborting.Token));

    private Task<bool> RemoveAsync(Consignment consignment, string how, string why, Func<AttemptEvent, Task<ImmutableArray<Consignment>>> settle)
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
