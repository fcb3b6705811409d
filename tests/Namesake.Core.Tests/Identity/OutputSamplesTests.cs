using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>Which headers of the mail that leaves are read, and whose the names in them are.</summary>
public sealed class OutputSamplesTests
{
    private static readonly SourceId AcmeSource = new("acme-v4");
    private static readonly SourceId SharedSource = new("shared-v4");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly BrandDirectory _brands = new([Brand("acme", ["acme.example"], AcmeSource, SharedSource), Brand("beta", ["beta.example"], new SourceId("beta-v4"), SharedSource)]);
    private readonly SourceDirectory _sources = new(
    [
        Scene.Source("acme-v4", "203.0.113.5", "mail.acme.example"), Scene.Source("beta-v4", "203.0.113.6", "out.b-mail.example"), Scene.Source("shared-v4", "203.0.113.7", "out.provider.example") with { Shared = true },
    ]);

    private readonly OutputSamples _samples;

    public OutputSamplesTests() => _samples = new OutputSamples(() => _brands, _time);

    [Theory]
    [InlineData("www.acme.example", null)]
    [InlineData("mail.acme.example", null)]
    [InlineData("out.provider.example", null)]
    [InlineData("mx.customer.example", null)]
    [InlineData("shop.beta.example", "brand beta (beta.example)")]
    [InlineData("out.b-mail.example", "brand beta (out.b-mail.example)")]
    [InlineData("b-mail.example", null)]
    public async Task A_name_is_of_another_brand_by_its_domains_or_its_sources_name(string name, string? owner)
    {
        Offer(Mail("ann@acme.example", name));
        Assert.Equal(owner, Assert.Single(await LookAsync()).OtherBrand);
    }

    [Fact]
    public async Task On_a_shared_source_each_brands_mail_is_judged_by_itself()
    {
        Offer(Mail("ann@acme.example", "www.beta.example"), "acme", SharedSource);
        Offer(Mail("bob@beta.example", "www.beta.example"), "beta", SharedSource);
        Assert.Equal(["brand beta (beta.example)", null], (await LookAsync(SharedSource)).Select(name => name.OtherBrand));
    }

    [Fact]
    public void What_a_brand_only_passes_on_bears_its_authors_names()
    {
        Offer(Mail("eve@elsewhere.example", "exch01.corp.local"));
        Offer("Message-ID: <1@exch01.corp.local>\r\n\r\nno author");
        Assert.Empty(_samples.Of(AcmeSource));
    }

    [Fact]
    public void Only_the_first_messages_of_an_hour_are_read()
    {
        for (var i = 0; i < OutputSamples.PerHour; i++)
            Offer(Mail("ann@acme.example", "www.acme.example"));
        Offer(Mail("ann@acme.example", "late.acme.example"));
        Assert.Equal(["www.acme.example"], Names());
        _time.Advance(TimeSpan.FromHours(1));
        Offer(Mail("ann@acme.example", "late.acme.example"));
        Assert.Equal(["www.acme.example", "late.acme.example"], Names());
    }

    [Fact]
    public void Mail_that_is_only_passed_on_does_not_use_up_the_hour_but_is_not_read_for_ever()
    {
        for (var i = 0; i < OutputSamples.PerHour; i++)
            Offer(Mail("eve@elsewhere.example", "a.elsewhere.example"));
        Offer(Mail("ann@acme.example", "www.acme.example"));
        Assert.Equal(["www.acme.example"], Names());
        for (var i = 0; i < 200; i++)
            Offer(Mail("eve@elsewhere.example", "a.elsewhere.example"));
        Offer(Mail("ann@acme.example", "late.acme.example"));
        Assert.Equal(["www.acme.example"], Names());
    }

    [Fact]
    public void A_name_that_is_not_seen_for_a_day_is_forgotten_and_many_names_stay_within_bounds()
    {
        Offer(Mail("ann@acme.example", "old.acme.example"));
        _time.Advance(OutputSamples.Kept + TimeSpan.FromSeconds(1));
        Assert.Empty(Names());
        for (var i = 0; i < 100; i++)
        {
            Offer(Mail("ann@acme.example", $"h{i}.acme.example"));
            _time.Advance(TimeSpan.FromMinutes(10));
        }
        Assert.Equal(30, Names().Length);
        Assert.Equal("h99.acme.example", Names()[^1]);
    }

    [Fact]
    public void A_header_without_an_end_is_not_believed() => AssertNothing("From: ann@acme.example\r\nMessage-ID: <1@exch01.corp.local>\r\n" + new string('x', 100_000));

    private void AssertNothing(string content)
    {
        Offer(content);
        Assert.Empty(_samples.Of(AcmeSource));
    }

    private void Offer(string content, string brand = "acme", SourceId? source = null) => _samples.Offer(source ?? AcmeSource, new BrandId(brand), Encoding.ASCII.GetBytes(content));

    private string[] Names() => [.. _samples.Of(AcmeSource).Select(seen => seen.Name.Name)];

    private async Task<ImmutableArray<OutputName>> LookAsync(SourceId? source = null)
    {
        var basis = new IdentityFacts { Source = _sources.Find(source ?? AcmeSource)! };
        var probe = new OutputProbe(_samples, () => _brands, () => _sources);
        return (await probe.LookAsync(basis, TestContext.Current.CancellationToken))(basis).Authentication!.Output!.Seen;
    }

    private static string Mail(string from, string idHost) => $"From: <{from}>\r\nMessage-ID: <1.2@{idHost}>\r\n\r\nhello\r\n";

    private static Brand Brand(string id, string[] domains, params SourceId[] sources) => new() { Id = new BrandId(id), SenderDomains = [.. domains.Select(DomainName.Parse)], Sources = [.. sources] };
}
