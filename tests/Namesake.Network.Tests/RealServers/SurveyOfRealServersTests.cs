using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

/// <summary>The survey, the probes over it and the checks over those, with BIND and Unbound.</summary>
public sealed class SurveyOfRealServersTests(SurveyedServers servers) : IClassFixture<SurveyedServers>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_signed_is_secure_what_is_not_insecure_and_what_is_signed_wrongly_bogus()
    {
        await using var eyes = await OpenAsync();
        Assert.Equal(DnssecState.Secure, (await eyes.AskAsync("mail.acme.example", RecordType.A)).Security);
        Assert.Equal(DnssecState.Secure, (await eyes.AskAsync("nobody.acme.example", RecordType.A)).Security);
        Assert.Equal(DnssecState.Insecure, (await eyes.AskAsync("5.113.0.203.in-addr.arpa", RecordType.Ptr)).Security);
        var bogus = await eyes.AskAsync("mail.bogus.example", RecordType.A);
        var word = Assert.Single(bogus.Resolvers);
        Assert.Equal((DnssecState.Bogus, DnsOutcome.ServerFailure, "203.0.113.77", DnsOutcome.ServerFailure), (bogus.Security, word.Udp.Outcome, word.Unchecked!.Content, word.Again!.Outcome));
    }

    [Fact]
    public async Task Bogus_signatures_are_ZN05_and_nothing_else_of_the_zone()
    {
        await using var eyes = await OpenAsync();
        var results = await eyes.JudgeAsync("203.0.113.77", "mail.bogus.example");
        Assert.Equal(["ZN-05", "ZN-07", "ZN-12"], Bad(results));
        Assert.Contains("mail.bogus.example", results.Single(result => result.Check == "ZN-05").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secondary_left_behind_is_seen_with_its_serial_and_its_pointer()
    {
        await using var eyes = await OpenAsync();
        var results = await eyes.JudgeAsync("203.0.113.6", "mail.acme.example");
        Assert.Equal(["ZN-01", "ZN-07", "ZN-12"], Bad(results));
        Assert.Contains("ns2.host.example ::1: PTR old.acme.example", results.Single(result => result.Check == "ZN-01").Seen, StringComparison.Ordinal);
        Assert.Contains("ns2.host.example ::1 at 7; ns1.host.example 127.0.0.1 at 8", results.Single(result => result.Check == "ZN-12").Seen, StringComparison.Ordinal);
        Assert.Contains("203.in-addr.arpa delegates to ns-old.host.example, ns1.host.example, ns2.host.example", results.Single(result => result.Check == "ZN-07").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_classless_zone_is_followed_and_a_loop_ends()
    {
        await using var eyes = await OpenAsync();
        var good = await eyes.AskAsync("20.113.0.203.in-addr.arpa", RecordType.Ptr);
        Assert.Equal((SurveyEnding.Complete, "mail.acme.example", "16/28.113.0.203.in-addr.arpa"), (good.Ending, good.Content, good.Last!.Zone!.Value));
        foreach (var name in new[] { "21.113.0.203.in-addr.arpa", "24.113.0.203.in-addr.arpa" })
            Assert.Equal(SurveyEnding.Loop, (await eyes.AskAsync(name, RecordType.Ptr)).Ending);
        Assert.Equal(CheckOutcome.Bad, (await eyes.JudgeAsync("203.0.113.21", "mail.acme.example")).Single(result => result.Check == "ZN-06").Outcome);
        Assert.Contains("no zone is delegated there", (await eyes.JudgeAsync("203.0.113.23", "mail.acme.example")).Single(result => result.Check == "ZN-06").Seen, StringComparison.Ordinal);
        Assert.Equal("16/28.113.0.203.in-addr.arpa", (await eyes.AskAsync("25.113.0.203.in-addr.arpa", RecordType.Ptr)).UnusedChildZone?.Value);
    }

    [Fact]
    public async Task An_answer_too_large_for_a_datagram_comes_over_TCP()
    {
        await using var eyes = await OpenAsync();
        var server = (await eyes.AskAsync("pool.host.example", RecordType.A)).Last!.Servers[0];
        Assert.Equal((DnsOutcome.Truncated, 95), (server.Udp.Outcome, server.Tcp!.Answer.Records.Length));
    }

    [Fact]
    public async Task The_resolver_is_honest_validates_and_agrees_with_our_clock()
    {
        await using var eyes = await OpenAsync();
        var exam = Assert.Single(await eyes.Survey.ExamineResolversAsync(Cancellation));
        Assert.Equal((DnsOutcome.NameError, false, true, null as TimeSpan?), (exam.Absent.Outcome, exam.Lies, exam.Validates, exam.ClockOff));
        Assert.True(exam.Signatures!.From < DateTimeOffset.UtcNow && exam.Signatures.To > DateTimeOffset.UtcNow.AddDays(20), exam.Signatures.ToString());
        var results = await eyes.JudgeAsync("203.0.113.5", "mail.acme.example");
        Assert.Equal(CheckOutcome.Pass, results.Single(result => result.Check == "FB-09").Outcome);
    }

    [Fact]
    public async Task A_clock_a_year_ahead_is_seen_by_the_signatures_and_makes_DNS_unknown()
    {
        await using var eyes = await OpenAsync(new AheadTime(TimeSpan.FromDays(365)));
        var results = await eyes.JudgeAsync("203.0.113.6", "mail.acme.example");
        Assert.Equal(["FB-09"], Bad(results));
    }

    private static IEnumerable<string> Bad(IEnumerable<CheckResult> results) => results.Where(result => result.IsBad).Select(result => result.Check);

    private async Task<Eyes> OpenAsync(TimeProvider? clock = null)
    {
        await servers.StartedAsync();
        return new Eyes(servers, clock ?? TimeProvider.System);
    }

    private sealed class Eyes : IAsyncDisposable
    {
        private readonly Resolver _resolver;
        private readonly TimeProvider _clock;

        public Eyes(SurveyedServers servers, TimeProvider clock)
        {
            (_clock, _resolver) = (clock, servers.Resolver(clock));
            Survey = servers.Survey(_resolver, clock);
        }

        public DnsSurvey Survey { get; }

        public Task<NameSurvey> AskAsync(string name, RecordType type) => Survey.SurveyAsync(DomainName.Parse(name), type, null, Cancellation);

        public async Task<IReadOnlyList<CheckResult>> JudgeAsync(string address, string ehlo)
        {
            var ip = IPAddress.Parse(address);
            var facts = new IdentityFacts
            {
                Source = new Source { Id = new SourceId("test"), LocalAddress = ip, PublicAddress = ip, Ehlo = HostName.Parse(ehlo) },
                TreatAsPublic = [IPRange.Parse("203.0.113.0/24")],
            };
            facts = (await new ZoneProbe(Survey, new ZoneProbeOptions(), _clock).LookAsync(facts, Cancellation))(facts);
            facts = (await new AuditorProbe(Survey, () => null, _clock).LookAsync(facts, Cancellation))(facts);
            return Catalogue.Judge(facts);
        }

        public ValueTask DisposeAsync()
        {
            Survey.Dispose();
            _resolver.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class AheadTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
