using Namesake.Core.Suppression;

namespace Namesake.Core.Tests.Suppression;

/// <summary>The heap is the whole process's: measured while no other test is at work in it.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class FingerprintsSizeTests
{
    [Fact]
    public void A_million_entries_take_less_than_50_MB()
    {
        var prints = new Fingerprints();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_000_000; i++)
            prints.Add(FingerprintsTests.Key(i));
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(1_000_000, prints.Count);
        Assert.InRange(taken, 8_000_000, 50_000_000);
    }

    [CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
    public sealed class AloneInTheProcess;
}
