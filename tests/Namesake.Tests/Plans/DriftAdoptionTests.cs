using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Plans;

namespace Namesake.Tests.Plans;

/// <summary>Between what was shown and the word that takes it, plans and people go on.</summary>
public sealed class DriftAdoptionTests : IDisposable
{
    private readonly PlanScene _scene = new();
    private readonly PlanWorkshop _workshop;
    private readonly OwnedRecords _owned;

    public DriftAdoptionTests()
    {
        _workshop = PlanWorkshop.Open(new ConfigurationReader().Read(_scene.Config).Configuration!, FolderZones.Makers, TimeProvider.System);
        _owned = _scene.Owned.Records[0];
        Write("127.0.0.77");
    }

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workshop.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task What_is_still_as_it_was_shown_is_taken()
    {
        var adoption = await TakeAsync(await ShownAsync());
        Assert.Equal((1, 0, null), (adoption.Taken.Length, adoption.Left.Length, adoption.InTheWay));
        Assert.Equal(["127.0.0.77"], Assert.Single(_scene.Owned.Records).Set.Values);
    }

    [Fact]
    public async Task What_others_have_changed_once_more_is_left_and_told()
    {
        var shown = await ShownAsync();
        Write("127.0.0.78");
        Assert.Contains("127.0.0.78", await LeftAsync(shown), StringComparison.Ordinal);
        Write("127.0.0.9");
        Assert.Contains("as the plan made it again", await LeftAsync(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_plan_or_an_undo_has_done_meanwhile_is_left_and_told()
    {
        var shown = await ShownAsync();
        await RegisterAsync(_owned with { Set = RecordSet.Of(60, "127.0.0.77"), At = _owned.At.AddHours(1) });
        Assert.Contains("anew meanwhile", await LeftAsync(shown), StringComparison.Ordinal);
        await RegisterAsync();
        Assert.Contains("no plan's any more", await LeftAsync(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_plan_is_in_hand_nothing_is_taken()
    {
        var shown = await ShownAsync();
        await _scene.Store.KeepAsync(_scene.Plan, Ends);
        using (var hold = await _scene.Store.TakeAsync("ann", TimeSpan.FromMinutes(1), Ends))
            await hold!.AppendAsync(_scene.Plan.Id, new PlanEntry(DateTimeOffset.UnixEpoch, "ann", PlanEvent.Begun, ""));

        Assert.Contains(_scene.Plan.Id.Value, (await TakeAsync(shown)).InTheWay, StringComparison.Ordinal);
        Assert.Equal([_owned], _scene.Owned.Records);
    }

    private void Write(string address) => File.WriteAllLines(Path.Combine(_scene.Zones, "old.acme.example A.record"), ["60", address]);

    private async Task<ImmutableArray<OwnedDrift>> ShownAsync() => (await DriftSearch.LookAsync(_workshop, Ends)).Drifts;

    private Task<Adoption> TakeAsync(ImmutableArray<OwnedDrift> shown) => DriftAdoption.TakeAsync(_workshop, shown, "ann", DateTimeOffset.UtcNow, Ends);

    private async Task<string> LeftAsync(ImmutableArray<OwnedDrift> shown)
    {
        var before = _scene.Owned.Records;
        var left = Assert.Single((await TakeAsync(shown)).Left).Why;
        Assert.Equal(before, _scene.Owned.Records);
        return left;
    }

    private async Task RegisterAsync(params ImmutableArray<OwnedRecords> records)
    {
        using var hold = await _scene.Store.TakeAsync("ann", TimeSpan.FromMinutes(1), Ends);
        await hold!.RegisterAsync(new PlanRegistry(records, [], []));
    }
}
