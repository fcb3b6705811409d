using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Tests.Identity;

/// <summary>What `namesake check` says of any address and name.</summary>
public sealed class AuditTests
{
    private readonly ScriptedDns _dns = new(TimeProvider.System);

    [Fact]
    public async Task All_three_agree()
    {
        _dns.Identity("203.0.113.5", "mail.acme.example");
        var report = await CheckAsync("203.0.113.5", "Mail.Acme.Example.");
        Assert.Equal(Verdict.Aligned, report.Verdict);
        Assert.Empty(report.Findings);
        Assert.Equal("mail.acme.example", report.Ehlo);
    }

    [Fact]
    public async Task It_works_for_ipv6()
    {
        _dns.Identity("2001:db8::5", "mail.acme.example");
        Assert.Equal(Verdict.Aligned, (await CheckAsync("2001:db8::5", "mail.acme.example")).Verdict);
    }

    [Fact]
    public async Task One_definite_answer_is_enough()
    {
        _dns.Set("mail.acme.example", RecordType.A, "203.0.113.5");
        var report = await CheckAsync("203.0.113.5", "mail.acme.example");
        Assert.Equal((Verdict.Misaligned, "PT-01"), (report.Verdict, Assert.Single(report.Findings).Check));
    }

    [Fact]
    public async Task Silence_is_unknown_and_its_finding_says_so()
    {
        _dns.Identity("203.0.113.5", "mail.acme.example");
        _dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        var report = await CheckAsync("203.0.113.5", "mail.acme.example");
        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.All(report.Findings, finding => Assert.True(finding is { IsUnknown: true, Severity: FindingSeverity.Info }));
        Assert.Contains("PT-01", report.Findings.Select(finding => finding.Check));
    }

    [Fact]
    public async Task A_definite_fault_beside_silence_is_misaligned()
    {
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9");
        _dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        var report = await CheckAsync("203.0.113.5", "mail.acme.example");
        Assert.Equal((Verdict.Misaligned, "EH-05"), (report.Verdict, report.Findings[0].Check));
    }

    [Fact]
    public async Task The_forward_policy_asks_for_less()
    {
        _dns.Identity("203.0.113.5", "host.provider.example");
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9");
        Assert.Equal(Verdict.Misaligned, (await CheckAsync("203.0.113.5", "mail.acme.example")).Verdict);
        var report = await CheckAsync("203.0.113.5", "mail.acme.example", IdentityPolicy.Forward);
        Assert.Equal(Verdict.Aligned, report.Verdict);
        Assert.Equal([("EH-05", FindingSeverity.Fail), ("PT-04", FindingSeverity.Fail)], report.Findings.Select(finding => (finding.Check, finding.Severity)));
    }

    [Theory]
    [InlineData("localhost", "EH-03")]
    [InlineData("mail", "EH-03")]
    [InlineData("mail.acme.local", "EH-03")]
    [InlineData("[203.0.113.5]", "EH-03")]
    [InlineData("203.0.113.5", "EH-03")]
    [InlineData("mail_1.acme.example", "EH-02")]
    [InlineData("mail..example", "EH-02")]
    [InlineData("", "EH-02")]
    public async Task A_name_that_cannot_be_said_is_a_finding(string ehlo, string check)
    {
        var report = await CheckAsync("203.0.113.5", ehlo);
        Assert.Equal((Verdict.Misaligned, check), (report.Verdict, Assert.Single(report.Findings).Check));
    }

    [Fact]
    public async Task What_only_a_session_can_show_is_not_observable_and_counts_for_nothing()
    {
        _dns.Identity("203.0.113.5", "mail.acme.example");
        var report = await CheckAsync("203.0.113.5", "mail.acme.example");
        Assert.Equal(["EG-01", "EG-02", "EG-03", "EG-04", "FB-01"], report.Results.Where(result => IdentityChecks.Find(result.Check) is not null && result.Outcome == CheckOutcome.NotObservable).Select(result => result.Check).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reserved_address_is_told_and_judged_all_the_same()
    {
        _dns.Identity("10.0.0.5", "mail.acme.example");
        var report = await CheckAsync("10.0.0.5", "mail.acme.example");
        Assert.Equal((Verdict.Aligned, ("EG-05", FindingSeverity.Warn)), (report.Verdict, report.Findings.Select(finding => (finding.Check, finding.Severity)).Single()));
    }

    [Fact]
    public async Task The_verdict_alone_is_the_verdict_of_the_whole_catalogue()
    {
        _dns.Identity("203.0.113.5", "mail.acme.example");
        await AgreeAsync(Verdict.Aligned);
        _dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        await AgreeAsync(Verdict.Unknown);
        _dns.Set("mail.acme.example", RecordType.A, "198.51.100.9");
        await AgreeAsync(Verdict.Misaligned);
    }

    private async Task AgreeAsync(Verdict verdict)
    {
        var alone = await CheckAsync("203.0.113.5", "mail.acme.example");
        var whole = await IdentityAudit.CheckAsync(IPAddress.Parse("203.0.113.5"), "mail.acme.example", IdentityPolicy.Strict, new Auditor(_dns, [], TimeProvider.System),
            facts => facts with { TreatAsPublic = Scene.Documentation }, TimeProvider.System, null, CancellationToken.None);
        Assert.Equal((verdict, verdict), (alone.Verdict, whole.Verdict));
        Assert.Equal(whole.Results.Where(result => IdentityChecks.Find(result.Check) is not null).Select(result => (result.Check, result.Outcome)), alone.Results.Select(result => (result.Check, result.Outcome)).OrderBy(pair => Catalogue.All.IndexOf(Catalogue.Find(pair.Check)!)));
        Assert.Equal(whole.Findings.Where(finding => IdentityChecks.Find(finding.Check) is not null).Select(finding => finding.Check), alone.Findings.Select(finding => finding.Check));
    }

    private Task<AuditReport> CheckAsync(string address, string ehlo, IdentityPolicy policy = IdentityPolicy.Strict) =>
        IdentityAudit.CheckAsync(IPAddress.Parse(address), ehlo, policy, _dns, Scene.Documentation, TimeProvider.System, CancellationToken.None);
}
