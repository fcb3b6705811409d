using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Suppression;
using Namesake.Core.Tests.Pipeline.Dispatching;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Suppression;

/// <summary>A person's word, bounces and receivers about one recipient.</summary>
public sealed class WhoseWordCountsTests : IDisposable
{
    private static readonly BrandId Acme = new("acme");
    private static readonly Mailbox Bob = Mailbox.Parse("bob@sink.test");
    private static readonly BrandDirectory Brands = new([new Brand { Id = Acme, SenderDomains = [DomainName.Parse("acme.test")], Sources = [new Core.Sources.SourceId("a")] }]);
    private readonly JumpingTime _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Suppressions _suppressions;

    public WhoseWordCountsTests() => _suppressions = new Suppressions(() => Brands, new BrokenStore(), _time, NullLogger.Instance);

    public void Dispose() => _suppressions.Dispose();

    [Fact]
    public async Task Bounces_do_not_replace_what_a_person_said()
    {
        await _suppressions.AddAsync(Acme, Bob, "asked us", "anna", null);
        Assert.Equal(new SuppressionImport(0, 1, false), await _suppressions.ImportAsync([Bounced()], "carl"));
        var entry = await StoredAsync();
        Assert.Equal((SuppressionOrigin.Hand, null, "asked us", "anna"), (entry!.Origin, entry.Until, entry.Reason, entry.By));
    }

    [Fact]
    public async Task Bounces_do_not_replace_what_a_list_said_before_or_with_them()
    {
        var listed = new SuppressionEntry(SuppressionKey.Of(Acme, Bob)) { Origin = SuppressionOrigin.Import };
        Assert.Equal(new SuppressionImport(1, 1, false), await _suppressions.ImportAsync([Bounced(), listed], "carl"));
        Assert.Equal(new SuppressionImport(0, 1, false), await _suppressions.ImportAsync([Bounced()], "carl"));
        Assert.Equal(SuppressionOrigin.Import, (await StoredAsync())!.Origin);
    }

    [Fact]
    public async Task What_a_person_said_gives_way_to_bounces_when_its_time_is_over()
    {
        await _suppressions.AddAsync(Acme, Bob, "until the move is over", "anna", _time.GetUtcNow().AddHours(1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new SuppressionImport(1, 0, false), await _suppressions.ImportAsync([Bounced()], "carl"));
        Assert.Equal(SuppressionOrigin.Bounce, (await StoredAsync())!.Origin);
    }

    [Fact]
    public async Task A_message_that_is_taken_ends_what_bounces_made_only_after_its_time()
    {
        await _suppressions.ImportAsync([Bounced()], "carl");
        await _suppressions.TakenAsync(Acme, Bob);
        Assert.NotNull(await _suppressions.FindAsync(Acme, Bob, CancellationToken.None));
        _time.Advance(TimeSpan.FromDays(31));
        await _suppressions.TakenAsync(Acme, Bob);
        Assert.Null(await StoredAsync());
    }

    [Fact]
    public async Task The_list_of_one_brand_costs_the_recipients_of_another_nothing()
    {
        await _suppressions.AddAsync(Acme, Bob, "asked us", "anna", null);
        var bravo = new BrandId("bravo");
        Ask(); // whatever is made at the first use
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Ask()
        {
            Assert.True(_suppressions.FindAsync(bravo, Bob, CancellationToken.None).AsTask().IsCompletedSuccessfully);
            Assert.False(_suppressions.MayBeListed(bravo, Bob));
            Assert.False(_suppressions.IsKnown(bravo, Bob));
            Assert.True(_suppressions.TakenAsync(bravo, Bob).IsCompletedSuccessfully);
        }
    }

    private SuppressionEntry Bounced() => new(SuppressionKey.Of(Acme, Bob)) { Origin = SuppressionOrigin.Bounce, Refusals = 2, Reply = "550 5.1.1 No such user", Until = _time.GetUtcNow().AddDays(30) };

    private Task<SuppressionEntry?> StoredAsync() => _suppressions.StoredAsync(SuppressionKey.Of(Acme, Bob), CancellationToken.None);
}
