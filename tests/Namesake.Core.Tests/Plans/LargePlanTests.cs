using System.Diagnostics;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Storage.Plans;

namespace Namesake.Core.Tests.Plans;

/// <summary>A provider's whole estate in one plan, with the journal on a real disk.</summary>
public sealed class LargePlanTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("namesake-plans-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_thousand_sources_are_applied_and_undone_in_seconds()
    {
        var world = PlanWorld.Before();
        var before = world.Picture;
        var plan = PlanWorld.WholePlan() with
        {
            Wanted = [],
            Steps =
            [
                new PlanStep("address records", [.. Enumerable.Range(0, 1000).Select(i => PlanWorld.Record("acme.example", $"m{i}.acme.example", RecordType.A, null, RecordSet.Of(300, $"203.0.{i / 250}.{i % 250}")))], true),
                new PlanStep("PTR records", [.. Enumerable.Range(0, 1000).Select(i => PlanWorld.Record("113.0.203.in-addr.arpa", $"{1000 + i}.113.0.203.in-addr.arpa", RecordType.Ptr, null, RecordSet.Of(300, $"m{i}.acme.example.")))], true),
            ],
        };
        var files = new PlanFiles(_data, TimeProvider.System);
        world.OtherTimer = async id =>
        {
            using var hold = await files.TakeAsync("dead-man timer", TimeSpan.FromSeconds(5), default);
            await hold!.AppendAsync(id, new PlanEntry(world.Time.GetUtcNow(), "dead-man timer", PlanEvent.Watching, ""));
        };
        var runner = world.Runner(limits: new PlanLimits(2000, 0, 1000), store: files);
        var since = Stopwatch.GetTimestamp();

        Assert.Equal(PlanEnd.Applied, (await runner.ApplyAsync(plan, new ApplyWish(), null, default)).End);
        var applied = Stopwatch.GetElapsedTime(since);
        Assert.Equal(40, world.Writes);
        Assert.Equal(PlanEnd.Undone, (await runner.UndoAsync(plan.Id, null, default)).End);

        Assert.Equal(before, world.Picture);
        // Two cores under load: what takes a second alone must not take longer for reading a growing journal again and again.
        Assert.True(applied < TimeSpan.FromSeconds(15), $"{applied}");
        TestContext.Current.TestOutputHelper?.WriteLine($"applied in {applied}");
    }
}
