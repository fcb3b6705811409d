using System.Net;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Core.Tests.Identity.Probes;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Delivery;

/// <summary>What a mail echo service sees of a source, over real sockets, and what RP-04 makes of it.</summary>
public sealed class MailEchoTests
{
    private const string Ehlo = "mail.acme.example";

    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task The_service_may_refuse_at_any_command_with_what_it_sees(string at)
    {
        await using var service = new EchoService(at);
        var result = await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo));
        Assert.Equal((CheckOutcome.Pass, $"helocheck@echo.example saw 127.0.0.9 say {Ehlo}"), (result.Outcome, result.Seen));
        Assert.Equal([$"EHLO {Ehlo}", "MAIL FROM:<>", "RCPT TO:<helocheck@echo.example>"], service.Heard.Take(3));
        Assert.Equal(at == "RCPT", !service.Heard.Contains("DATA"));
    }

    [Fact]
    public async Task Another_address_or_name_than_declared_fails()
    {
        await using var service = new EchoService();
        var translated = await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo) with { PublicAddress = IPAddress.Parse("127.0.0.10") });
        Assert.True(translated.IsBad && translated.Fix.Contains("(EG-01)", StringComparison.Ordinal), translated.ToString());

        await using var changing = new EchoService(calls: "proxy.lan.example");
        var renamed = await JudgeAsync(changing, Scene.Source("beta", "127.0.0.9", Ehlo));
        Assert.True(renamed.IsBad && renamed.Seen.EndsWith("saw 127.0.0.9 say proxy.lan.example", StringComparison.Ordinal), renamed.ToString());
    }

    [Fact]
    public async Task A_service_that_takes_the_message_and_says_nothing_leaves_it_unknown()
    {
        await using var service = new EchoService(echoAt: null);
        var result = await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo));
        Assert.Equal((CheckOutcome.Unknown, "mx.echo.example: it took the message and didn't say whom it sees"), (result.Outcome, result.Seen));
    }

    [Fact]
    public async Task Who_greets_another_address_hears_no_more_from_a_misnamed_source()
    {
        await using var service = new EchoService(welcome: "250 echo.example Hello mail.acme.example [127.0.0.77]");
        var result = await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo));
        Assert.Equal(CheckOutcome.Unknown, result.Outcome);
        Assert.DoesNotContain(service.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_is_asked_about_once_a_day_over_restarts_unless_it_has_another_name()
    {
        await using var service = new EchoService();
        var source = Scene.Source("acme", "127.0.0.9", Ehlo);
        Assert.Equal(CheckOutcome.Pass, (await JudgeAsync(service, source)).Outcome);
        Assert.Equal(CheckOutcome.Pass, (await JudgeAsync(service, source)).Outcome); // another probe on the same store: after a restart
        Assert.Equal(1, service.Conversations);

        Assert.Equal(CheckOutcome.Pass, (await JudgeAsync(service, source with { Ehlo = HostName.Parse("mx.acme.example") })).Outcome);
        Assert.Equal(2, service.Conversations);

        _time.Advance(MailEchoProbe.Interval);
        await JudgeAsync(service, source);
        Assert.Equal(3, service.Conversations);
        Assert.StartsWith("{\"Version\":1,", _store.Kept["mail-echo:acme"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_and_can_not_be_read_is_forgotten()
    {
        _store.Kept["mail-echo:gone"] = "{ nonsense";
        await using var service = new EchoService();
        Assert.Equal(CheckOutcome.Pass, (await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo))).Outcome);
        Assert.False(_store.Kept.ContainsKey("mail-echo:gone"));
    }

    [Fact]
    public async Task A_host_inside_our_own_network_is_not_spoken_to()
    {
        await using var service = new EchoService();
        var result = await JudgeAsync(service, Scene.Source("acme", "127.0.0.9", Ehlo), treatAsPublic: "192.0.2.0/24");
        Assert.Equal(CheckOutcome.Unknown, result.Outcome);
        Assert.Equal(0, service.Conversations);
    }

    private async Task<CheckResult> JudgeAsync(EchoService service, Source source, string treatAsPublic = "127.0.0.0/8")
    {
        var dns = new AnsweringDns();
        dns.Has("echo.example", RecordType.MX, new MXRecord(10, DomainName.Parse("mx.echo.example"), TimeSpan.FromMinutes(5)));
        dns.Address("mx.echo.example", "127.0.0.1");
        var clock = TimeProvider.System;
        var echo = new MailEcho(new Dialer(new SocketPipes(new SocketSettings(), clock), clock), new DeliveryTimeouts(), clock);
        var probe = new MailEchoProbe(echo, dns, Mailbox.Parse("helocheck@echo.example"), _store, _time, service.Port);
        var basis = new IdentityFacts { Source = source, Pool = [source], TreatAsPublic = [IPRange.Parse(treatAsPublic)] };
        var facts = (await probe.LookAsync(basis, TestContext.Current.CancellationToken))(basis);
        return Catalogue.Judge(facts).Single(result => result.Check == "RP-04");
    }
}
