using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Authentication;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>check_host() against cases by section of RFC 7208, and what the RFC doesn't say: the trace, time, what wasn't heard.</summary>
public sealed class SpfEvaluatorTests
{
    private static readonly Dictionary<string, SpfCase> Cases = SpfCases.All().ToDictionary(each => each.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_case_ends_as_its_section_says(string name)
    {
        var each = Cases[name];
        var evaluation = await CheckAsync(new ZoneDns().With([.. each.Zone]), each.Client, each.Sender, each.Helo);
        Assert.True(each.Results.Contains(evaluation.Result.ToString().ToLowerInvariant()), $"{evaluation.Result}: {evaluation.Reason}\n{string.Join('\n', evaluation.Trace)}");
        if (each.Explanation is { } explanation)
            Assert.Equal(explanation == "-" ? null : explanation, evaluation.Explanation);
    }

    [Fact]
    public void There_are_cases_for_every_section() => Assert.True(Cases.Count >= 120, $"{Cases.Count} cases");

    [Fact]
    public async Task The_trace_tells_term_by_term_who_decided()
    {
        var dns = new ZoneDns().With("acme.example TXT v=spf1 ip4:192.0.2.1 include:_spf.provider.example -all", "_spf.provider.example TXT v=spf1 a:out.provider.example ~all", "out.provider.example A 203.0.113.5");
        var evaluation = await CheckAsync(dns, IPAddress.Parse("203.0.113.5"), "ann@acme.example", "mail.acme.example");
        Assert.Equal(
            ["acme.example ip4:192.0.2.1: doesn't match", "  _spf.provider.example a:out.provider.example: matches", "acme.example include:_spf.provider.example: matches"],
            evaluation.Trace.Select(step => step.ToString()));
        Assert.Equal(("include:_spf.provider.example", "acme.example", 2, 0), (evaluation.Term?.Text, evaluation.TermOf?.Value, evaluation.Lookups, evaluation.Voids));
        Assert.Equal("\"include:_spf.provider.example\" in the SPF record of acme.example matches 203.0.113.5, by \"a:out.provider.example\" of _spf.provider.example", evaluation.Reason);
        Assert.Equal(TimeSpan.FromMinutes(5), evaluation.Ttl);
    }

    [Fact]
    public async Task What_takes_longer_than_twenty_seconds_is_temperror()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        var dns = new ZoneDns { Before = async (_, cancellation) => { asked.TrySetResult(); await Task.Delay(Timeout.Infinite, cancellation); } };
        var checking = new SpfEvaluator(dns, time).CheckAsync(Question(IPAddress.Parse("203.0.113.5"), "ann@acme.example", "mail.acme.example"), null, CancellationToken.None);
        await asked.Task;
        time.Advance(SpfEvaluator.TimeLimit);
        Assert.Equal(SpfResult.TempError, (await checking).Result);
    }

    [Fact]
    public async Task Who_asks_may_give_up()
    {
        using var giveUp = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var dns = new ZoneDns { Before = async (_, cancellation) => { asked.TrySetResult(); await Task.Delay(Timeout.Infinite, cancellation); } };
        var checking = new SpfEvaluator(dns, TimeProvider.System).CheckAsync(Question(IPAddress.Parse("203.0.113.5"), "ann@acme.example", "mail.acme.example"), null, giveUp.Token);
        await asked.Task;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checking);
    }

    [Fact]
    public async Task A_pointer_nobody_answers_for_is_no_match_and_leaves_a_doubt()
    {
        var dns = new ZoneDns().With("acme.example TXT v=spf1 ptr -all");
        dns.Trouble("5.113.0.203.in-addr.arpa", RecordType.Ptr, DnsOutcome.ServerFailure);
        var evaluation = await CheckAsync(dns, IPAddress.Parse("203.0.113.5"), "ann@acme.example", "mail.acme.example");
        Assert.Equal(SpfResult.Fail, evaluation.Result); // RFC 7208 §5.5
        Assert.Contains("5.113.0.203.in-addr.arpa", Assert.Single(evaluation.Doubts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_policy_costs_a_bounded_number_of_questions()
    {
        var dns = new ZoneDns();
        for (var i = 0; i < 40; i++)
            dns.With($"h{i}.evil.example TXT v=spf1 {string.Join(' ', Enumerable.Range(0, 40).Select(j => $"include:h{(i * 7 + j) % 40}.evil.example mx:h{j}.evil.example ptr:h{j}.evil.example"))} -all",
                $"h{i}.evil.example MX 10 a{i}.evil.example");
        var evaluation = await CheckAsync(dns, IPAddress.Parse("203.0.113.5"), "ann@h0.evil.example", "mail.acme.example");
        Assert.Equal(SpfResult.PermError, evaluation.Result);
        Assert.True(dns.Questions <= 120, $"{dns.Questions} questions");
        var survey = await new SpfSurveyor(dns, TimeProvider.System).LookAsync(Question(IPAddress.Parse("203.0.113.5"), "ann@h0.evil.example", "mail.acme.example"), null, CancellationToken.None);
        Assert.True(survey.HasTooManyLookups && survey.Lookups <= SpfSurveyor.MostTerms);
        Assert.True(dns.Questions <= 300, $"{dns.Questions} questions");
    }

    private static Task<SpfEvaluation> CheckAsync(ZoneDns dns, IPAddress client, string sender, string helo) =>
        new SpfEvaluator(dns, TimeProvider.System).CheckAsync(Question(client, sender, helo), null, CancellationToken.None);

    private static SpfQuestion Question(IPAddress client, string sender, string helo)
    {
        // As receivers do: no return path is postmaster at the EHLO name. RFC 7208 §2.4
        var at = sender.LastIndexOf('@');
        var (local, domain) = sender.Length == 0 || sender == "<>" ? ("postmaster", helo) : at < 0 ? ("postmaster", sender) : (sender[..at], sender[(at + 1)..]);
        return new SpfQuestion(client, DomainName.TryParse(domain, out var name, out _) ? name : DomainName.Parse("malformed"), local, domain, helo);
    }
}
