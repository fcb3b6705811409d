using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>AU-06, AU-07, AU-09, AU-10 and AU-11: what must be asked for, or was seen in passing.</summary>
public sealed class OperatorChecksTests
{
    private readonly AuthenticationScene _scene = new();

    [Fact]
    public async Task A_return_path_that_takes_no_mail_is_told_without_asking_anybody()
    {
        _scene.Dns.Without("acme.example", RecordType.MX);
        var result = await _scene.OnlyBadAsync("AU-06");
        Assert.Contains("neither MX nor address", result.Seen, StringComparison.Ordinal);
        Assert.Contains("acme.example. MX 10", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_MX_says_that_no_bounces_are_wanted()
    {
        _scene.Dns.Set("acme.example", RecordType.MX, "0 .");
        Assert.Contains("null MX", (await _scene.OnlyBadAsync("AU-06")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MX_hosts_without_addresses_take_nothing()
    {
        _scene.Dns.Without("mx.acme.example", RecordType.A);
        Assert.Contains("mx.acme.example", (await _scene.OnlyBadAsync("AU-06")).Fix, StringComparison.Ordinal);
        _scene.Dns.With("acme.example MX 20 mx2.provider.example").Silence("provider.example"); // that one may have
        Assert.Equal(CheckOutcome.NotObservable, (await _scene.OfAsync("AU-06")).Outcome);
    }

    [Theory]
    [InlineData("acme.example A 203.0.113.9")]
    [InlineData("acme.example AAAA 2001:db8::9")]
    public async Task An_address_takes_the_place_of_MX(string record)
    {
        _scene.Dns.Without("acme.example", RecordType.MX).With(record);
        var result = await _scene.OfAsync("AU-06");
        Assert.Equal(CheckOutcome.NotObservable, result.Outcome);
        Assert.Contains("acme.example itself", result.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MailboxVerdict.Accepted, CheckOutcome.Pass)]
    [InlineData(MailboxVerdict.Refused, CheckOutcome.Bad)]
    [InlineData(MailboxVerdict.Unknown, CheckOutcome.Unknown)]
    public async Task A_host_that_was_asked_decides(MailboxVerdict verdict, CheckOutcome outcome)
    {
        var host = new ScriptedHost(verdict);
        _scene.Mailboxes = host;
        var results = await _scene.JudgeAsync();
        Assert.Equal([outcome, outcome], results.Where(result => result.Check is "AU-06" or "AU-09").Select(result => result.Outcome));
        Assert.Equal(["abuse@acme.example", "postmaster@acme.example", "postmaster@acme.example"], host.Asked.Order(StringComparer.Ordinal));
        Assert.All(host.Hops, hop => Assert.Equal("mx.acme.example [203.0.113.9]:25", hop.ToString()));
    }

    [Fact]
    public async Task Nobody_is_dialled_in_our_own_network()
    {
        var host = new ScriptedHost(MailboxVerdict.Accepted);
        _scene.Mailboxes = host;
        _scene.Dns.Set("mx.acme.example", RecordType.A, "10.0.0.9");
        Assert.Equal(CheckOutcome.Unknown, (await _scene.OfAsync("AU-06")).Outcome);
        Assert.Empty(host.Asked);
    }

    [Fact]
    public async Task While_DNS_is_silent_nobody_is_asked_and_nothing_is_bad()
    {
        _scene.Mailboxes = new ScriptedHost(MailboxVerdict.Accepted);
        _scene.Dns.Silence("acme.example");
        Assert.DoesNotContain(await _scene.JudgeAsync(), result => result.IsBad);
        Assert.Equal(CheckOutcome.Unknown, (await _scene.OfAsync("AU-09")).Outcome);
    }

    [Theory]
    [InlineData(OperatorPageVerdict.HasContact, CheckOutcome.Pass)]
    [InlineData(OperatorPageVerdict.HasNoContact, CheckOutcome.Bad)]
    [InlineData(OperatorPageVerdict.Missing, CheckOutcome.Bad)]
    [InlineData(OperatorPageVerdict.Unknown, CheckOutcome.Unknown)]
    public async Task The_operators_page_is_that_of_the_registered_domain(OperatorPageVerdict verdict, CheckOutcome outcome)
    {
        var pages = new ScriptedPages(verdict);
        _scene.Pages = pages;
        var result = await _scene.OfAsync("AU-10");
        Assert.Equal((outcome, "acme.example"), (result.Outcome, pages.Asked!.Value));
    }

    [Theory]
    [InlineData("Message-ID", "mail.acme.example", CheckOutcome.Pass)]
    [InlineData("Message-ID", "swift.generated", CheckOutcome.Pass)]
    [InlineData("Message-ID", "mail.gmail.com", CheckOutcome.Pass)]
    [InlineData("Message-ID", "some_host.somewhere.example", CheckOutcome.Pass)]
    [InlineData("Message-ID", "550e8400-e29b-41d4-a716-446655440000", CheckOutcome.Pass)]
    [InlineData("Received by", "mx.somewhere.example", CheckOutcome.Pass)]
    [InlineData("Received by", "2002:a05:6512:3196:0:0:0:0", CheckOutcome.Pass)]
    [InlineData("Received by", "[198.51.100.7]", CheckOutcome.Pass)]
    [InlineData("Received by", "localhost", CheckOutcome.Pass)]
    [InlineData("Received by", "[127.0.0.1]", CheckOutcome.Pass)]
    [InlineData("Received by", "relay.invalid", CheckOutcome.Pass)]
    [InlineData("Received by", "exch01.corp.local", CheckOutcome.Bad)]
    [InlineData("Received by", "srv_01.acme.Corp.", CheckOutcome.Bad)]
    [InlineData("Received by", "EXCH01", CheckOutcome.Bad)]
    [InlineData("Message-ID", "mail.localdomain", CheckOutcome.Bad)]
    [InlineData("Message-ID", "nas.home.arpa", CheckOutcome.Bad)]
    [InlineData("Message-ID", "[10.0.0.9]", CheckOutcome.Bad)]
    [InlineData("Message-ID", "[IPv6:fd00::9]", CheckOutcome.Bad)]
    [InlineData("Received by", "192.168.7.9", CheckOutcome.Bad)]
    public async Task Names_in_mail_that_left_are_of_the_Internet_or_nobodys_secret(string where, string name, CheckOutcome outcome)
    {
        _scene.Output = new OutputFacts([new OutputName(where, name)]);
        var result = await _scene.OfAsync("AU-07");
        Assert.Equal(outcome, result.Outcome);
        if (outcome == CheckOutcome.Bad)
            Assert.Contains(name, (await _scene.OnlyBadAsync("AU-07")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_brands_name_is_told_with_the_line_it_stands_in()
    {
        _scene.Output = new OutputFacts([new OutputName("Message-ID", "shop.beta.example") { Line = "Message-ID: <1@shop.beta.example>", OtherBrand = "brand beta (beta.example)" }]);
        Assert.Equal("Message-ID shop.beta.example is of brand beta (beta.example) (\"Message-ID: <1@shop.beta.example>\")", (await _scene.OnlyBadAsync("AU-07")).Seen);
    }

    [Fact]
    public async Task Mail_that_passes_by_both_from_an_undeclared_address_is_ours()
    {
        _scene.Reports = Reports(Row("203.0.113.5", spf: true, dkim: true), Row("198.51.100.77", spf: true, dkim: true, "s1"));
        var result = await _scene.OnlyBadAsync("AU-11");
        Assert.Contains("198.51.100.77: 3 messages of acme.example (reported by receiver.example)", result.Seen, StringComparison.Ordinal);
        Assert.Contains("Declare 198.51.100.77", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgers_forwarders_and_other_services_are_not_ours()
    {
        _scene.Reports = Reports(
            Row("203.0.113.5", spf: true, dkim: true), Row("203.0.113.6", spf: true, dkim: true), Row("198.51.100.1", spf: false, dkim: false), Row("198.51.100.2", spf: false, dkim: true, "s1"),
            Row("198.51.100.3", spf: true, dkim: false), Row("198.51.100.4", spf: true, dkim: true, "google"), Row("198.51.100.5", spf: true, dkim: true) with { Domain = DomainName.Parse("beta.example") });
        Assert.Equal(CheckOutcome.Pass, (await _scene.OfAsync("AU-11")).Outcome);
    }

    [Fact]
    public async Task Reports_about_TLS_count_where_we_wrote_them_ourselves()
    {
        var foreign = new ReportedSender(ReportKind.Tls, IPAddress.Parse("198.51.100.77"), 1, DomainName.Parse("acme.example"), "tls@google.example", false, false);
        _scene.Reports = Reports(foreign);
        Assert.Equal(CheckOutcome.NotObservable, (await _scene.OfAsync("AU-11")).Outcome);
        _scene.Reports = Reports(foreign with { Reporter = "postmaster@acme.example" });
        await _scene.OnlyBadAsync("AU-11");
    }

    private static ReportedSender Row(string address, bool spf, bool dkim, params string[] selectors) =>
        new(ReportKind.Dmarc, IPAddress.Parse(address), 3, DomainName.Parse("acme.example"), "receiver.example", spf, dkim) { Selectors = [.. selectors] };

    private static ReportFacts Reports(params ReportedSender[] rows) => new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [.. rows], [IPAddress.Parse("203.0.113.6")]);

    private sealed class ScriptedHost(MailboxVerdict verdict) : IMailboxProbe
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public ConcurrentQueue<NextHop> Hops { get; } = new();

        public Task<MailboxAnswer> AskAsync(Source source, NextHop hop, Mailbox mailbox, CancellationToken cancellation)
        {
            Asked.Enqueue(mailbox.ToString());
            Hops.Enqueue(hop);
            return Task.FromResult(new MailboxAnswer(verdict, $"{hop.Host} said so"));
        }
    }

    private sealed class ScriptedPages(OperatorPageVerdict verdict) : IOperatorPageProbe
    {
        public DomainName? Asked { get; private set; }

        public Task<OperatorPage> LookAsync(DomainName domain, CancellationToken cancellation)
        {
            Asked = domain;
            return Task.FromResult(new OperatorPage(verdict, $"https://{domain}/", "said so"));
        }
    }
}
