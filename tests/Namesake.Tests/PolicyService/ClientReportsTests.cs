using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Clients;
using Namesake.Core.Tests.Identity;
using Namesake.PolicyService;

namespace Namesake.Tests.PolicyService;

/// <summary>What is remembered of clients, for how long, and what it may cost.</summary>
public sealed class ClientReportsTests : IDisposable
{
    private const string Name = "mail.acme.example";
    private static readonly IPAddress Address = IPAddress.Parse("203.0.113.5");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.Parse("2026-11-26T12:00:00Z", CultureInfo.InvariantCulture));
    private readonly ScriptedDns _dns;
    private readonly ClientReports _reports;

    public ClientReportsTests()
    {
        _dns = new ScriptedDns(_clock);
        _reports = new ClientReports(_dns, IdentityPolicy.Strict, new PolicyLimits { Remembered = 100, Looks = 5, LooksPerClient = 3 }, _clock);
    }

    public void Dispose() => _reports.Dispose();

    [Theory]
    [InlineData(0, 10)]
    [InlineData(90, 90)]
    [InlineData(86_400, 3600)]
    public async Task A_client_that_agrees_is_remembered_for_the_least_TTL_within_10_seconds_and_an_hour(int ttl, int remembered)
    {
        _dns.Identity(Address.ToString(), Name);
        _dns.Ttl = TimeSpan.FromSeconds(ttl);
        await IsRememberedAsync(TimeSpan.FromSeconds(remembered), Verdict.Aligned);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(60, 60)]
    [InlineData(86_400, 300)]
    public async Task A_client_without_PTR_is_remembered_for_the_negative_TTL_within_10_seconds_and_5_minutes(int ttl, int remembered)
    {
        _dns.Ttl = TimeSpan.FromSeconds(ttl);
        await IsRememberedAsync(TimeSpan.FromSeconds(remembered), Verdict.Misaligned);
    }

    [Fact]
    public async Task What_nobody_could_tell_is_asked_again_within_a_minute()
    {
        _dns.Identity(Address.ToString(), Name);
        _dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        await IsRememberedAsync(TimeSpan.FromSeconds(30), Verdict.Unknown);
    }

    [Fact]
    public async Task Case_and_a_final_dot_make_no_other_client()
    {
        _dns.Identity(Address.ToString(), Name);
        await GetAsync(Name);
        Assert.True((await GetAsync("MAIL.Acme.Example.")).Remembered);
    }

    [Fact]
    public async Task Another_name_or_another_address_is_another_client()
    {
        await GetAsync(Name);
        Assert.False((await GetAsync("other.acme.example")).Remembered);
        Assert.False((await GetAsync(Name, IPAddress.Parse("203.0.113.6"))).Remembered);
    }

    [Fact]
    public async Task No_more_are_remembered_than_was_allowed_and_who_is_asked_for_stays()
    {
        await GetAsync(Name);
        for (var i = 0; i < 1000; i++)
        {
            await GetAsync($"host-{i}.example");
            Assert.True((await GetAsync(Name)).Remembered, $"forgotten after {i}");
            Assert.InRange(_reports.Count, 1, 100);
        }
    }

    [Fact]
    public async Task A_name_of_8000_letters_takes_no_more_room_than_one_of_255()
    {
        await GetAsync(new string('a', 8000));
        Assert.True((await GetAsync(new string('a', 4000))).Remembered);
        Assert.Equal(255, (await GetAsync(new string('a', 8000))).Report.Ehlo.Length);
    }

    [Fact]
    public async Task A_look_that_takes_too_long_is_unknown()
    {
        _dns.Before = _ => new TaskCompletionSource().Task;
        var look = GetAsync(Name);
        _clock.Advance(TimeSpan.FromSeconds(26));
        var (report, _) = await look;
        Assert.Equal(Verdict.Unknown, report.VerdictUnder(IdentityPolicy.Forward));
        Assert.Contains("25 s", report.CauseUnder(IdentityPolicy.Forward)!.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_client_with_names_that_do_not_answer_keeps_nobody_else_waiting()
    {
        var hold = new TaskCompletionSource();
        _dns.Before = name => name.Value.EndsWith(".slow.example", StringComparison.Ordinal) ? hold.Task : Task.CompletedTask;
        _dns.Identity("203.0.113.6", Name);
        var slow = Enumerable.Range(0, 20).Select(i => GetAsync($"h{i}.slow.example")).ToList();

        Assert.Equal(Verdict.Aligned, (await GetAsync(Name, IPAddress.Parse("203.0.113.6"))).Report.VerdictUnder(IdentityPolicy.Strict));
        Assert.Equal(17, slow.Count(look => look.IsCompleted));
        hold.SetResult();
        var reports = await Task.WhenAll(slow);
        Assert.Equal(17, reports.Count(found => found.Report.VerdictUnder(IdentityPolicy.Strict) == Verdict.Unknown));
    }

    [Fact]
    public async Task An_IPv6_network_counts_as_one_client()
    {
        _dns.Before = _ => new TaskCompletionSource().Task;
        var looks = Enumerable.Range(1, 10).Select(i => GetAsync(Name, IPAddress.Parse($"2001:db8::{i:x}"))).ToList();
        Assert.Equal(7, looks.Count(look => look.IsCompleted));
        Assert.False(GetAsync(Name, IPAddress.Parse("2001:db8:0:1::1")).IsCompleted);
        await Task.WhenAll(looks.Where(look => look.IsCompleted));
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_look_for_others()
    {
        var hold = new TaskCompletionSource();
        _dns.Identity(Address.ToString(), Name);
        _dns.Before = _ => hold.Task;
        using var impatience = new CancellationTokenSource();
        var first = _reports.GetAsync(Address, Name, impatience.Token);
        var second = GetAsync(Name);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult();
        Assert.Equal(Verdict.Aligned, (await second).Report.VerdictUnder(IdentityPolicy.Strict));
    }

    private async Task IsRememberedAsync(TimeSpan time, Verdict verdict)
    {
        Assert.Equal(verdict, (await GetAsync(Name)).Report.VerdictUnder(IdentityPolicy.Strict));
        _clock.Advance(time - TimeSpan.FromMilliseconds(1));
        Assert.True((await GetAsync(Name)).Remembered);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await GetAsync(Name)).Remembered);
    }

    private Task<(ClientReport Report, bool Remembered)> GetAsync(string ehlo, IPAddress? address = null) => _reports.GetAsync(address ?? Address, ehlo, TestContext.Current.CancellationToken);
}
