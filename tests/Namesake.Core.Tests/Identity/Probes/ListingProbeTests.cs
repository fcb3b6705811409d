using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>What lists are asked, and what their answers mean (RFC 5782, RP-03).</summary>
public sealed class ListingProbeTests
{
    private static readonly DnsList Zen = KnownLists.Find(DomainName.Parse("zen.spamhaus.org"))!;
    private static readonly DnsList Domains = new(DomainName.Parse("domains.example"), ListKind.Domain);
    private static readonly Source V6 = Scene.Source("acme-v6", "2001:db8::5", InboundScene.Ehlo);

    private readonly AnsweringDns _dns = new();
    private readonly FakeTimeProvider _time = new();

    public ListingProbeTests()
    {
        _dns.Address("2.0.0.127.zen.spamhaus.org", "127.0.0.2", "127.0.0.4", "127.0.0.10");
        _dns.Address("test.domains.example", "127.0.1.2");
    }

    [Fact]
    public async Task An_address_that_is_not_listed_is_asked_for_backwards_and_no_reason_is()
    {
        Assert.Equal((ListState.NotListed, "203.0.113.5"), ((await OneAsync(Zen)).State, (await OneAsync(Zen)).Subject));
        Assert.Contains("5.113.0.203.zen.spamhaus.org A", _dns.Asked);
        Assert.DoesNotContain(_dns.Asked, question => question.EndsWith("Txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listing_has_its_kinds_by_code_and_the_lists_own_words()
    {
        _dns.Address("5.113.0.203.zen.spamhaus.org", "127.0.0.3", "127.0.0.10", "127.0.0.200");
        _dns.Has("5.113.0.203.zen.spamhaus.org", RecordType.Txt, new TextRecord("see https://example.org\r\n", TimeSpan.Zero), new TextRecord(new string('x', 5000), TimeSpan.Zero));
        var answer = await OneAsync(Zen);
        Assert.Equal([ListKind.Css, ListKind.Policy, ListKind.Css], answer.Entries.Select(entry => entry.Kind));
        Assert.StartsWith("see https://example.org?? / xxx", answer.Reason, StringComparison.Ordinal);
        Assert.True(answer.Reason.Length <= 300);
    }

    [Fact]
    public async Task An_IPv6_address_is_asked_for_nibble_by_nibble()
    {
        _dns.Address("5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.spamhaus.org", "127.0.0.11");
        Assert.Equal(ListKind.Policy, Assert.Single((await OneAsync(Zen, V6)).Entries).Kind);
        Assert.Empty(await AllAsync(V6, Zen with { ListsV6 = false })); // a list of IPv4 isn't asked about IPv6
    }

    [Fact]
    public void A_list_of_IPv6_alone_is_tested_by_its_own_entries()
    {
        var list = new DnsList(DomainName.Parse("six.example"), ListKind.Css) { ListsV4 = false, ListsV6 = true };
        Assert.Equal("2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.six.example", list.MustBeListed!.Value);
        Assert.Equal("1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.six.example", list.MustNotBeListed!.Value);
        Assert.Null(list.NameOf(IPAddress.Parse("203.0.113.5")));
    }

    [Theory]
    [InlineData("127.255.255.254", "you ask through a public resolver")]
    [InlineData("127.255.255.255", "too many questions")]
    [InlineData("127.255.255.252", "misspelt")]
    [InlineData("127.255.255.250", "doesn't serve you")]
    [InlineData("127.0.0.1", "public resolver")]
    public async Task A_code_that_says_no_answer_is_no_listing(string code, string words)
    {
        _dns.Address("5.113.0.203.zen.spamhaus.org", code);
        var answer = await OneAsync(Zen);
        Assert.Equal(ListState.Refused, answer.State);
        Assert.Empty(answer.Entries);
        Assert.Contains(words, answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_refuses_its_test_entry_is_not_asked_for_more()
    {
        _dns.Address("2.0.0.127.zen.spamhaus.org", "127.255.255.254");
        var answer = await OneAsync(Zen);
        Assert.Equal(ListState.Refused, answer.State);
        Assert.Contains("public resolver", answer.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("5.113.0.203.zen.spamhaus.org A", _dns.Asked);
    }

    [Fact]
    public async Task A_list_without_its_test_entry_or_with_the_world_in_it_or_with_no_codes_is_broken()
    {
        Assert.Equal(ListState.Broken, (await OneAsync(Zen with { Zone = DomainName.Parse("empty.example") })).State);
        _dns.Address("2.0.0.127.world.example", "127.0.0.2");
        _dns.Address("1.0.0.127.world.example", "127.0.0.2");
        Assert.Contains("lists the world", (await OneAsync(Zen with { Zone = DomainName.Parse("world.example") })).Words, StringComparison.Ordinal);
        _dns.Address("2.0.0.127.parked.example", "198.51.100.80");
        var parked = await OneAsync(Zen with { Zone = DomainName.Parse("parked.example") });
        Assert.Equal(ListState.Broken, parked.State);
        Assert.Contains("198.51.100.80, which is no code of a list", parked.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsOutcome.TimedOut)]
    [InlineData(DnsOutcome.ServerFailure)]
    [InlineData(DnsOutcome.Refused)]
    public async Task No_answer_is_silence_and_neither_a_listing_nor_none(DnsOutcome outcome)
    {
        _dns.Fails("5.113.0.203.zen.spamhaus.org", RecordType.A, outcome);
        Assert.Equal(ListState.Silent, (await OneAsync(Zen)).State);
        _dns.Fails("2.0.0.127.quiet.example", RecordType.A, outcome);
        Assert.Equal(ListState.Silent, (await OneAsync(Zen with { Zone = DomainName.Parse("quiet.example") })).State);
    }

    [Fact]
    public async Task The_test_entries_are_asked_for_once_an_hour_however_many_sources_there_are()
    {
        var probe = Probe(Zen);
        for (var i = 0; i < 20; i++)
            await probe.LookAsync(InboundScene.Facts, CancellationToken.None);
        Assert.Single(_dns.Asked, question => question == "2.0.0.127.zen.spamhaus.org A");
        _time.Advance(TimeSpan.FromMinutes(59));
        await probe.LookAsync(InboundScene.Facts, CancellationToken.None);
        Assert.Single(_dns.Asked, question => question == "2.0.0.127.zen.spamhaus.org A");
        _time.Advance(TimeSpan.FromMinutes(1));
        await probe.LookAsync(InboundScene.Facts, CancellationToken.None);
        Assert.Equal(2, _dns.Asked.Count(question => question == "2.0.0.127.zen.spamhaus.org A"));
    }

    [Fact]
    public async Task Doubt_about_a_list_is_remembered_for_minutes_only()
    {
        _dns.Fails("2.0.0.127.zen.spamhaus.org", RecordType.A, DnsOutcome.TimedOut);
        var probe = Probe(Zen);
        await probe.LookAsync(InboundScene.Facts, CancellationToken.None);
        _dns.Address("2.0.0.127.zen.spamhaus.org", "127.0.0.2");
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(ListState.Silent, Assert.Single((await SeenAsync(probe, InboundScene.Facts)).Lists).State);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ListState.NotListed, Assert.Single((await SeenAsync(probe, InboundScene.Facts)).Lists).State);
    }

    [Fact]
    public async Task A_list_of_domains_is_asked_about_the_name_and_what_was_registered()
    {
        _dns.Address("acme.example.domains.example", "127.0.1.2");
        var answers = await AllAsync(InboundScene.Acme, Domains);
        Assert.Equal([("mail.acme.example", ListState.NotListed), ("acme.example", ListState.Listed)], answers.Select(answer => (answer.Subject, answer.State)));
    }

    [Fact]
    public async Task Bits_of_the_last_octet_are_told_each()
    {
        var surbl = KnownLists.Find(DomainName.Parse("multi.surbl.org"))!;
        _dns.Address("test.surbl.org.multi.surbl.org", "127.0.0.254");
        _dns.Address("acme.example.multi.surbl.org", "127.0.0.24");
        Assert.Equal(["phishing", "malware"], (await AllAsync(InboundScene.Acme, surbl))[^1].Entries.Select(entry => entry.Meaning));
    }

    [Fact]
    public async Task A_subscribers_key_is_asked_with_and_never_shown()
    {
        var keyed = KnownLists.Find(DomainName.Parse("k3y0fsubscr1ber.zen.dq.spamhaus.net"))!;
        Assert.Equal(Zen.Codes, keyed.Codes);
        var answer = await OneAsync(keyed);
        Assert.Equal("zen.dq.spamhaus.net", answer.List);
        Assert.DoesNotContain("k3y", answer.Words, StringComparison.Ordinal);
        Assert.Contains("2.0.0.127.k3y0fsubscr1ber.zen.dq.spamhaus.net A", _dns.Asked);
    }

    [Fact]
    public async Task Nobody_is_asked_unless_told()
    {
        var probe = new ListingProbe(_dns, new Registry(), new ListingOptions(), _time);
        Assert.Null((await probe.LookAsync(InboundScene.Facts, CancellationToken.None))(InboundScene.Facts).Listing);
        Assert.Empty(_dns.Asked);
        var asking = new ListingProbe(_dns, new Registry(), new ListingOptions { AskRegistry = true }, _time);
        Assert.Equal("https://rdap.example/", (await SeenAsync(asking, InboundScene.Facts)).Registry!.From);
    }

    [Fact]
    public void Every_known_list_can_be_read()
    {
        Assert.Equal(KnownLists.All.Length, KnownLists.All.Select(list => list.Title).Distinct().Count());
        Assert.All(KnownLists.All, list => Assert.True(list.MustBeListed is not null && list.MustNotBeListed is not null && (list.ListsV4 || list.ListsV6)));
    }

    private ListingProbe Probe(params DnsList[] lists) => new(_dns, null, new ListingOptions { Lists = [.. lists] }, _time);

    private async Task<ListAnswer> OneAsync(DnsList list, Source? source = null) => Assert.Single(await AllAsync(source ?? InboundScene.Acme, list));

    private async Task<IReadOnlyList<ListAnswer>> AllAsync(Source source, params DnsList[] lists) =>
        [.. (await SeenAsync(Probe(lists), InboundScene.Facts with { Source = source })).Lists];

    private static async Task<ListingFacts> SeenAsync(ListingProbe probe, IdentityFacts facts) => (await probe.LookAsync(facts, CancellationToken.None))(facts).Listing!;

    private sealed class Registry : IRegistry
    {
        public Task<RegistryFacts> AskAsync(IPAddress address, CancellationToken cancellation) => Task.FromResult(new RegistryFacts("https://rdap.example/", "", [], null));
    }
}
