using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Identity.Reports;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Reports;

/// <summary>What the relay keeps of reports, and what AU-11 makes of it.</summary>
public sealed class ReportBookTests : IDisposable
{
    private const string Ours = "203.0.113.5", Foreign = "198.51.100.77";

    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _time = new(ReportSamples.Now);
    private readonly BrandDirectory _brands;
    private SourceDirectory _sources = new([Scene.Source("acme-v4", Ours, "mail.acme.example"), Scene.Source("acme-2", "203.0.113.6", "mail2.acme.example"), Scene.Source("beta-v4", "203.0.113.7", "mail.beta.example")]);
    private ReportBook _book;

    public ReportBookTests()
    {
        _brands = new BrandDirectory([Brand("acme", "acme.example", "acme-v4", "acme-2"), Brand("beta", "beta.example", "beta-v4")]);
        _book = Open();
    }

    public void Dispose() => _book.Dispose();

    [Fact]
    public async Task Mail_that_passed_by_both_from_an_undeclared_address_fails_the_check_and_declared_ones_pass()
    {
        Assert.Equal(CheckOutcome.NotObservable, (await JudgeAsync()).Outcome);
        Assert.Equal([new ReportPlace(new BrandId("acme"), true, true), new ReportPlace(new BrandId("acme"), true, true)], await KeepAsync(Row(Ours), Row("203.0.113.6")));
        Assert.Equal((CheckOutcome.Pass, "6 messages reported since 2026-11-26, none of ours from elsewhere"), ((await JudgeAsync()).Outcome, (await JudgeAsync()).Seen));

        Assert.Equal([new ReportPlace(new BrandId("acme"), false, true)], await KeepAsync(Row(Foreign)));
        var result = await JudgeAsync();
        Assert.True(result.IsBad && result.Seen == $"{Foreign}: 3 messages of acme.example (reported by receiver.example)", result.ToString());
    }

    [Fact]
    public async Task What_is_kept_outlives_a_restart_and_30_days_end_it()
    {
        await KeepAsync(Row(Foreign));
        _book.Dispose();
        _book = Open();
        await _book.LoadAsync(TestContext.Current.CancellationToken);
        Assert.True((await JudgeAsync()).IsBad);

        _time.Advance(ReportBook.Kept);
        Assert.Equal(CheckOutcome.NotObservable, (await JudgeAsync()).Outcome);
        await _book.LoadAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task Forgers_and_forwarders_are_not_kept_nor_strangers_domains_nor_what_is_too_old()
    {
        var places = await KeepAsync(Row(Foreign, spf: false), Row(Foreign, dkim: false), Row(Foreign, domain: "elsewhere.example"), Row(Foreign) with { Day = new DateOnly(2026, 10, 20) });
        Assert.All(places, place => Assert.False(place.IsKept));
        Assert.Equal([true, true, false, true], places.Select(place => place.Brand is not null));
        Assert.Empty(_store.Kept);
    }

    [Fact]
    public async Task Reading_a_report_again_changes_nothing_and_a_newer_one_of_the_same_reporter_takes_its_place()
    {
        await KeepAsync(Row(Ours) with { Day = new DateOnly(2026, 11, 24) });
        await KeepAsync(Row(Ours) with { Day = new DateOnly(2026, 11, 24) });
        Assert.Equal(3, Assert.Single(_book.Of(new BrandId("acme"))).Messages);
        await KeepAsync(Row(Ours, messages: 9) with { Day = new DateOnly(2026, 11, 25) });
        await KeepAsync(Row(Ours, messages: 1) with { Day = new DateOnly(2026, 11, 23) });
        var kept = Assert.Single(_book.Of(new BrandId("acme")));
        Assert.Equal((9, new DateOnly(2026, 11, 25)), (kept.Messages, kept.Day));
    }

    [Fact]
    public async Task An_address_that_was_declared_when_it_was_reported_is_no_stranger_when_its_source_is_gone()
    {
        await KeepAsync(Row("203.0.113.6"));
        _sources = new SourceDirectory(_sources.All.Where(source => source.Id.Value != "acme-2"));
        await KeepAsync(Row("203.0.113.6", messages: 5));
        Assert.Equal(CheckOutcome.Pass, (await JudgeAsync()).Outcome);
    }

    [Fact]
    public async Task Another_brands_address_is_not_declared_for_this_one()
    {
        Assert.Equal([new ReportPlace(new BrandId("acme"), false, true)], await KeepAsync(Row("203.0.113.7")));
        Assert.True((await JudgeAsync()).IsBad);
    }

    [Fact]
    public async Task A_report_about_TLS_belongs_to_the_brand_that_wrote_it()
    {
        var tls = new ReportedRow(new ReportedSender(ReportKind.Tls, IPAddress.Parse(Foreign), 1, DomainName.Parse("receiver.example"), "tls@reports.acme.example", false, false), Today);
        Assert.Equal([new ReportPlace(new BrandId("acme"), false, true), new ReportPlace(null, false, false)], await KeepAsync(tls, tls with { Sender = tls.Sender with { Reporter = "nobody" } }));
    }

    [Fact]
    public async Task A_brand_has_so_many_rows_and_no_more_and_a_day_to_come_is_today()
    {
        for (var i = 0; i < ReportBook.MostRows + 10; i++)
            await KeepAsync(Row(Ours) with { Sender = Row(Ours).Sender with { Reporter = $"r{i}.example" }, Day = new DateOnly(2030, 1, 1) });
        Assert.Equal(ReportBook.MostRows, _book.Of(new BrandId("acme")).Length);
        Assert.All(_book.Of(new BrandId("acme")), row => Assert.Equal(Today, row.Day));
    }

    private static DateOnly Today => DateOnly.FromDateTime(ReportSamples.Now.UtcDateTime);

    private ReportBook Open() => new(_store, () => _brands, () => _sources, _time);

    private async Task<ReportPlace[]> KeepAsync(params ReportedRow[] rows) => [.. await _book.KeepAsync(rows, TestContext.Current.CancellationToken)];

    private async Task<CheckResult> JudgeAsync()
    {
        var source = _sources.Find(new SourceId("acme-v4"))!;
        var basis = new IdentityFacts { Source = source, Pool = [source], TreatAsPublic = Scene.Documentation, Senders = SenderIdentity.Of(_brands.Find(new BrandId("acme"))!) };
        var facts = (await new ReportProbe(_book, () => _brands, () => _sources).LookAsync(basis, TestContext.Current.CancellationToken))(basis);
        return Catalogue.Judge(facts).Single(result => result.Check == "AU-11");
    }

    private static ReportedRow Row(string address, bool spf = true, bool dkim = true, string domain = "acme.example", long messages = 3) =>
        new(new ReportedSender(ReportKind.Dmarc, IPAddress.Parse(address), messages, DomainName.Parse(domain), "receiver.example", spf, dkim) { Selectors = ["s1"] }, Today);

    private static Brand Brand(string id, string domain, params string[] sources) => new() { Id = new BrandId(id), SenderDomains = [DomainName.Parse(domain)], Sources = [.. sources.Select(source => new SourceId(source))] };
}
