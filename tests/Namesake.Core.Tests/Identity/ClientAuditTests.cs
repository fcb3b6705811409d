using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Clients;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>A stranger's address and EHLO name as a receiver judges them.</summary>
public sealed class ClientAuditTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example";

    private readonly ScriptedDns _dns = new(TimeProvider.System);

    [Fact]
    public async Task All_three_agree()
    {
        _dns.Identity(Address, Name);
        var report = await CheckAsync();
        Assert.Equal((Verdict.Aligned, Verdict.Aligned, IPRevResult.Pass), (report.VerdictUnder(IdentityPolicy.Strict), report.VerdictUnder(IdentityPolicy.Forward), report.Reverse));
        Assert.Null(report.CauseUnder(IdentityPolicy.Strict));
        Assert.Equal([Name], report.Pointers);
    }

    [Fact]
    public async Task Without_a_PTR_the_cause_is_the_reverse_side_under_both_policies()
    {
        _dns.Set(Name, RecordType.A, "198.51.100.9");
        var report = await CheckAsync();
        Assert.Equal(("PT-01", "PT-01", IPRevResult.PermError), (report.CauseUnder(IdentityPolicy.Strict)?.Check, report.CauseUnder(IdentityPolicy.Forward)?.Check, report.Reverse));
    }

    [Fact]
    public async Task A_PTR_that_does_not_lead_back_fails()
    {
        _dns.Pointer(Address, "dsl-5.provider.example");
        var report = await CheckAsync();
        Assert.Equal((Verdict.Misaligned, "PT-03", IPRevResult.Fail), (report.VerdictUnder(IdentityPolicy.Forward), report.CauseUnder(IdentityPolicy.Forward)!.Check, report.Reverse));
    }

    [Fact]
    public async Task An_EHLO_name_that_leads_elsewhere_is_a_fault_of_strict_alone()
    {
        _dns.Identity(Address, "host.provider.example");
        _dns.Set(Name, RecordType.A, "198.51.100.9");
        var report = await CheckAsync();
        Assert.Equal((Verdict.Misaligned, "EH-05"), (report.VerdictUnder(IdentityPolicy.Strict), report.CauseUnder(IdentityPolicy.Strict)?.Check));
        Assert.Equal((Verdict.Aligned, null), (report.VerdictUnder(IdentityPolicy.Forward), report.CauseUnder(IdentityPolicy.Forward)));
    }

    [Theory]
    [InlineData("localhost", "EH-03")]
    [InlineData("[203.0.113.5]", "EH-03")]
    [InlineData("win-2k3", "EH-03")]
    [InlineData("mail_1.acme.example", "EH-02")]
    [InlineData("", "EH-02")]
    public async Task What_is_no_name_is_a_fault_of_strict_and_the_address_is_judged_all_the_same(string ehlo, string check)
    {
        _dns.Identity(Address, Name);
        var report = await CheckAsync(ehlo);
        Assert.Equal((Verdict.Misaligned, check), (report.VerdictUnder(IdentityPolicy.Strict), report.CauseUnder(IdentityPolicy.Strict)!.Check));
        Assert.Equal((Verdict.Aligned, IPRevResult.Pass), (report.VerdictUnder(IdentityPolicy.Forward), report.Reverse));

        _dns.Pointer(Address);
        Assert.Equal("PT-01", (await CheckAsync(ehlo)).CauseUnder(IdentityPolicy.Strict)!.Check);
    }

    [Fact]
    public async Task Silence_is_unknown_never_misaligned()
    {
        _dns.Identity(Address, Name);
        _dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        var report = await CheckAsync();
        Assert.Equal((Verdict.Unknown, Verdict.Unknown, IPRevResult.TempError), (report.VerdictUnder(IdentityPolicy.Strict), report.VerdictUnder(IdentityPolicy.Forward), report.Reverse));
    }

    [Fact]
    public async Task When_the_names_zone_is_silent_only_strict_does_not_know()
    {
        _dns.Identity(Address, "host.provider.example");
        _dns.Pointer(Address, "host.provider.example", Name);
        _dns.Trouble("acme.example", DnsOutcome.ServerFailure);
        var report = await CheckAsync();
        Assert.Equal((Verdict.Unknown, Verdict.Aligned), (report.VerdictUnder(IdentityPolicy.Strict), report.VerdictUnder(IdentityPolicy.Forward)));
    }

    [Fact]
    public async Task What_our_resolver_remembers_wrongly_is_put_right_by_the_zones_own_servers()
    {
        _dns.Identity(Address, Name);
        var report = await CheckAsync(dns: new StaleResolver(_dns));
        Assert.Equal(Verdict.Aligned, report.VerdictUnder(IdentityPolicy.Strict));
    }

    [Fact]
    public async Task Servers_that_disagree_make_it_unknown_instead_of_refused()
    {
        _dns.Set(Name, RecordType.A, Address);
        _dns.Lag(ReverseName.Of(IPAddress.Parse(Address)).Value, RecordType.Ptr, Name);
        Assert.Equal(Verdict.Unknown, (await CheckAsync()).VerdictUnder(IdentityPolicy.Strict));
    }

    [Fact]
    public async Task A_client_that_agrees_costs_the_zones_servers_nothing()
    {
        _dns.Identity(Address, Name);
        await CheckAsync(dns: new ResolverAlone(_dns));
        Assert.Equal(2, _dns.Questions);
    }

    [Fact]
    public async Task Behind_a_firewall_that_lets_only_the_resolver_out_its_word_counts()
    {
        _dns.ResolverOnly = true;
        Assert.Equal(Verdict.Misaligned, (await CheckAsync()).VerdictUnder(IdentityPolicy.Forward));
    }

    [Fact]
    public async Task The_time_to_live_is_the_least_of_what_was_answered()
    {
        _dns.Identity(Address, Name);
        _dns.Ttl = TimeSpan.FromSeconds(90);
        Assert.InRange((await CheckAsync()).Ttl!.Value, TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task An_IPv4_client_over_an_IPv6_socket_is_an_IPv4_client()
    {
        _dns.Identity(Address, Name);
        var report = await ClientAudit.CheckAsync(IPAddress.Parse("::ffff:203.0.113.5"), Name, IdentityPolicy.Strict, _dns, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal((IPAddress.Parse(Address), Verdict.Aligned), (report.Address, report.VerdictUnder(IdentityPolicy.Strict)));
    }

    [Fact]
    public void What_could_not_be_asked_is_unknown_under_every_policy()
    {
        var report = ClientReport.Unanswered(IPAddress.Parse("2001:db8::5"), "mail.acme.example", "no time");
        Assert.All(Enum.GetValues<IdentityPolicy>(), policy => Assert.Equal((Verdict.Unknown, "PT-02"), (report.VerdictUnder(policy), report.CauseUnder(policy)!.Check)));
        Assert.Equal((IPRevResult.TempError, null), (report.Reverse, report.Ttl));
    }

    private Task<ClientReport> CheckAsync(string ehlo = Name, IDnsLookup? dns = null) =>
        ClientAudit.CheckAsync(IPAddress.Parse(Address), ehlo, IdentityPolicy.Strict, dns ?? _dns, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Its resolver remembers that nothing exists; the zones' servers know better.</summary>
    private sealed class StaleResolver(ScriptedDns dns) : IDnsLookup
    {
        public bool ResolvingInDoubt => false;

        public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
            await dns.AskAsync(name, type, cancellation) with { Outcome = DnsOutcome.NameError, Records = [] };

        public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskAsync(name, type, cancellation);

        public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => dns.AskAuthoritativeAsync(name, type, cancellation);
    }

    private sealed class ResolverAlone(ScriptedDns dns) : IDnsLookup
    {
        public bool ResolvingInDoubt => false;

        public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => dns.AskAsync(name, type, cancellation);

        public Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation) => throw new InvalidOperationException("asked past the memory");

        public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => throw new InvalidOperationException("asked the zone's servers");
    }
}
