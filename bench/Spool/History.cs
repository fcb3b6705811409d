using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>What a start reads of those who hand in mail: before the first client, and behind it.</summary>
internal static class History
{
    private const int Users = 10_000;
    private const int Brands = 100;
    private const int Days = Submitters.DaysToKnowBrand * 5; // of history, and today

    /// <param name="rows">Of submitters, over all days.</param>
    public static async Task RunAsync(IRelaySpool spool, int rows)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var aDay = rows / (Days + 1);
        for (var day = 0; day <= Days; day++)
        {
            await SaveAsync(spool, today.AddDays(-day), TallyScope.Submitter, aDay);
            await SaveAsync(spool, today.AddDays(-day), TallyScope.Brand, Brands);
        }

        await SaveAsync(spool, today, TallyScope.User, Users);
        await SaveAsync(spool, today, TallyScope.Sender, aDay);
        var model = Model();
        for (var round = 0; round < 3; round++)
        {
            using var submitters = new Submitters(() => model, spool, TimeProvider.System, NullLogger.Instance);
            var quotas = new Quotas(() => model, TimeProvider.System, NullLogger.Instance);
            var watch = Stopwatch.StartNew();
            await submitters.LoadAsync(spool, CancellationToken.None);
            var loaded = watch.Elapsed;
            await quotas.LoadAsync(spool, CancellationToken.None);
            var quoted = watch.Elapsed - loaded;
            watch.Restart();
            await submitters.LoadHistoryAsync(spool, CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Users} users, {rows} rows: submitters {loaded.TotalSeconds:0.00} s and quotas {quoted.TotalSeconds:0.00} s before the first client, history {watch.Elapsed.TotalSeconds:0.00} s behind it, {submitters.Count} submitters known"));
        }
    }

    private static async Task SaveAsync(IRelaySpool spool, DateOnly day, TallyScope scope, int names) => await spool.SaveTalliesAsync(
        [.. Enumerable.Range(0, names).Select(i => new Tally(new TallyKey(day, scope, NameOf(scope, i)), 1 + (i % 50), 1 + (i * 7919L % 1_000), 0))]);

    private static string NameOf(TallyScope scope, int i) => scope switch
    {
        TallyScope.Brand => $"b{i}",
        TallyScope.Sender => $"s{i}@b{i % Brands}.example",
        _ => i < Users ? $"user{i}" : $"s{i}@b{i % Brands}.example@10.0.0.9",
    };

    private static RelayModel Model()
    {
        var hash = PasswordHash.Of("right", PasswordHash.FewestIterations);
        BrandId Brand(int i) => new(NameOf(TallyScope.Brand, i % Brands));
        return new RelayModel
        {
            Node = "bench",
            Brands = new BrandDirectory([.. Enumerable.Range(0, Brands).Select(i => new Brand { Id = Brand(i), SenderDomains = [DomainName.Parse($"b{i % Brands}.example")], Sources = [new SourceId("a")] })]),
            Sources = new SourceDirectory([]),
            Users = [.. Enumerable.Range(0, Users).Select(i => new UserModel(NameOf(TallyScope.User, i), Brand(i), hash))],
        };
    }
}
