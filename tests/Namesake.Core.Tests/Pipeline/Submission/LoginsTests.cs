using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class LoginsTests : IDisposable
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1"), Other = IPAddress.Parse("192.0.2.2");
    private static readonly UserModel Ann = new("ann", new BrandId("acme"), PasswordHash.Of("right", PasswordHash.FewestIterations));

    private readonly FakeTimeProvider _time = new();
    private readonly Logins _logins;

    public LoginsTests() => _logins = new Logins(_time);

    public void Dispose() => _logins.Dispose();

    [Fact]
    public async Task Beyond_the_free_failures_each_one_closes_the_address_for_twice_as_long()
    {
        await FailAsync(FailedLogins.Free + 1);

        foreach (var seconds in new[] { 1, 2, 4, 8 })
        {
            Assert.Equal(new LoginAnswer(LoginResult.Closed, TimeSpan.FromSeconds(seconds)), await LogInAsync("right"));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(LoginResult.Wrong, (await LogInAsync("wrong")).Result);
        }
    }

    [Fact]
    public async Task Other_addresses_log_in_while_one_is_closed()
    {
        await FailAsync(FailedLogins.Free + 1);

        Assert.Equal(LoginResult.Right, (await LogInAsync("right", Other)).Result);
    }

    [Fact]
    public async Task Who_is_remembered_logs_in_from_an_address_that_is_closed()
    {
        Assert.Equal(LoginResult.Right, (await LogInAsync("right")).Result);
        await FailAsync(FailedLogins.Free + 1);

        Assert.Equal(LoginResult.Right, (await LogInAsync("right")).Result);
        Assert.Equal(LoginResult.Closed, (await LogInAsync("wrong")).Result);
    }

    [Fact]
    public async Task Failures_are_forgiven_one_a_minute()
    {
        await FailAsync(FailedLogins.Free);
        _time.Advance(TimeSpan.FromMinutes(3));

        await FailAsync(3);

        Assert.Equal(LoginResult.Wrong, (await LogInAsync("wrong")).Result);
        Assert.Equal(LoginResult.Closed, (await LogInAsync("wrong")).Result);
    }

    [Fact]
    public async Task A_closed_address_opens_again_after_the_longest_time_at_most()
    {
        for (var i = 0; i < FailedLogins.Free + 30; i++)
        {
            await FailAsync(1);
            _time.Advance((await LogInAsync("wrong")).ClosedFor);
        }
        await FailAsync(1);

        Assert.InRange((await LogInAsync("right")).ClosedFor, TimeSpan.FromSeconds(1), FailedLogins.Longest);
        _time.Advance(FailedLogins.Longest);
        Assert.Equal(LoginResult.Right, (await LogInAsync("right")).Result);
    }

    [Fact]
    public void An_IPv6_client_is_its_network()
    {
        var failed = new FailedLogins(_time);
        for (var i = 0; i <= FailedLogins.Free; i++)
            failed.Failed(IPAddress.Parse($"2001:db8:1:2::{i:x}"));

        Assert.True(failed.ClosedFor(IPAddress.Parse("2001:db8:1:2:ffff::1")) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, failed.ClosedFor(IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public void However_many_addresses_fail_only_so_many_are_kept_and_old_ones_make_room()
    {
        var failed = new FailedLogins(_time);
        for (var i = 0; i < FailedLogins.MostAddresses + 500; i++)
            failed.Failed(new IPAddress(i + 1L));
        Assert.Equal(FailedLogins.MostAddresses, failed.Addresses);

        _time.Advance(TimeSpan.FromMinutes(2));
        failed.Failed(Client);

        Assert.Equal(1, failed.Addresses);
    }

    [Fact]
    public void What_was_right_is_remembered_for_its_time_and_for_that_stored_hash_only()
    {
        var verified = new VerifiedLogins(_time);
        verified.Remember(Ann, "right");

        Assert.True(verified.Knows(Ann, "right"));
        Assert.False(verified.Knows(Ann, "wrong"));
        Assert.False(verified.Knows(Ann with { Name = "annr" }, "ight")); // the same letters, divided elsewhere
        Assert.False(verified.Knows(Ann with { PasswordHash = PasswordHash.Of("right", PasswordHash.FewestIterations) }, "right"));
        _time.Advance(VerifiedLogins.Memory);
        Assert.False(verified.Knows(Ann, "right"));
    }

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(LoginResult.Wrong, (await LogInAsync("wrong")).Result);
    }

    private Task<LoginAnswer> LogInAsync(string password, IPAddress? client = null) =>
        _logins.CheckAsync(client ?? Client, Ann, password, TestContext.Current.CancellationToken);
}
