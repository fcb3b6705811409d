using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>Submitters of two brands, started anew as often as the test wants, on its clock.</summary>
public abstract class KnownSubmitters : IDisposable
{
    private protected static readonly BrandId Acme = new("acme");

    protected KnownSubmitters() => Submitters = new Submitters(() => Model, Store, Time, NullLogger.Instance);

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));

    private protected DateOnly Today => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);

    private protected PaperTallies Store { get; } = new();

    private protected RelayModel Model { get; set; } = ModelOf(new AnomalyRules());

    private protected Submitters Submitters { get; private set; }

    public void Dispose()
    {
        Submitters.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void HandIn(string name, int messages)
    {
        for (var i = 0; i < messages; i++)
            Submitters.Accepted(name, Acme, 1);
    }

    /// <summary>A month of days like this one, so that its brand is known.</summary>
    private protected async Task WithHistoryAsync(string name, int recipientsADay)
    {
        for (var day = 1; day < 30; day++)
            Store.Add(Today.AddDays(-day), TallyScope.Submitter, name, recipientsADay, recipientsADay);
        await RestartAsync();
    }

    private protected async Task RestartAsync()
    {
        using var stop = new CancellationTokenSource();
        var keeping = Submitters.KeepAsync(Store, stop.Token);
        await stop.CancelAsync();
        await keeping;
        Submitters.Dispose();
        Submitters = new Submitters(() => Model, Store, Time, NullLogger.Instance);
        await Submitters.LoadAsync(Store, TestContext.Current.CancellationToken);
        await Submitters.LoadHistoryAsync(Store, TestContext.Current.CancellationToken);
    }

    private protected static RelayModel ModelOf(AnomalyRules rules, AnomalyOverride? brand = null, AnomalyOverride? ann = null)
    {
        var hash = PasswordHash.Of("right", PasswordHash.FewestIterations);
        return new RelayModel
        {
            Node = "test",
            Brands = new BrandDirectory([new Brand { Id = Acme, SenderDomains = [DomainName.Parse("acme.test")], Sources = [new SourceId("a")], Anomalies = brand },
                new Brand { Id = new BrandId("beta"), SenderDomains = [DomainName.Parse("beta.test")], Sources = [new SourceId("a")] }]),
            Sources = new SourceDirectory([]),
            Users = [.. new[] { "ann", "bob", "news", "shop" }.Select(name => new UserModel(name, Acme, hash) { Anomalies = name == "ann" ? ann : null })],
            Anomalies = rules,
        };
    }
}
