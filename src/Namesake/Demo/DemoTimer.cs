using Namesake.Configuration;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Plans;

namespace Namesake.Demo;

/// <summary>The dead-man timer of zones that live in this process: one that outlived it would find nothing to undo.</summary>
internal sealed class DemoTimer(NamesakeConfiguration configuration, PlanMakers makers, TimeProvider time) : IDeadManTimer
{
    public async Task<string?> StartAsync(PlanId id, CancellationToken cancellation)
    {
        var waiting = WaitAsync(id);
        using var workshop = PlanWorkshop.Open(configuration, makers, time);
        while (await workshop.Store.FindAsync(id, cancellation) is not { IsWatched: true })
        {
            if (waiting.IsCompleted)
                return "it ended at once";
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
        }
        return null;
    }

    private async Task WaitAsync(PlanId id)
    {
        using var workshop = PlanWorkshop.Open(configuration, makers, time);
        await new DeadMan(workshop.Runner("dead-man timer", new NoRelay()), time).RunAsync(id, CancellationToken.None);
    }
}
