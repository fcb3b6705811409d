using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Dns;
using Namesake.Core.Pipeline;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;
using Namesake.Reflecting;

namespace Namesake.Tests.Reflecting;

/// <summary>An honest client's session, and what is kept within bounds for everybody else, over real sockets.</summary>
public sealed class ReflectorServerTests
{
    [Fact]
    public async Task It_says_the_address_the_name_and_what_DNS_makes_of_them()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        var heard = await reflector.AskAsync();
        Assert.Equal("250-reflect.ours.example Hello mail.acme.example [127.0.9.5], PTR mail.acme.example, aligned", heard[0]);
        Assert.Contains("250-XREFLECT-FORWARD mail.acme.example A 127.0.9.5", heard);
        Assert.Equal(IPAddress.Parse("127.0.9.5"), EhloEcho.Parse(heard[0]).Address);
    }

    [Fact]
    public async Task A_misaligned_client_hears_what_is_wrong_and_MAIL_says_how_to_put_it_right()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        reflector.Zones.RemoveRecord(ReverseName.Of(IPAddress.Parse(ReflectorUnderTest.Client)).Value, RecordType.Ptr);
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        Assert.EndsWith("[127.0.9.5], no PTR, misaligned", (await caller.SayAsync("EHLO mail.acme.example"))[0], StringComparison.Ordinal);
        var refusal = await caller.SayAsync("MAIL FROM:<ann@acme.example>");
        Assert.StartsWith("550-5.7.1 This host takes no mail", refusal[0], StringComparison.Ordinal);
        Assert.Contains(refusal, line => line.Contains("PT-01: 5.9.0.127.in-addr.arpa does not exist", StringComparison.Ordinal));
        Assert.Contains(refusal, line => line.Contains("To put it right: Add the record 5.9.0.127.in-addr.arpa. PTR mail.acme.example.", StringComparison.Ordinal));
        Assert.StartsWith("503", (await caller.SayAsync("DATA"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_DNS_is_an_unknown_verdict_and_the_address_is_told_all_the_same()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync(new ReflectorLimits { LookWithin = TimeSpan.FromSeconds(1) });
        await reflector.Dns.DisposeAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        var heard = await reflector.WhileTimePassesAsync(caller.SayAsync("EHLO mail.acme.example"));
        Assert.Equal("250-reflect.ours.example Hello mail.acme.example [127.0.9.5], PTR not known, unknown", heard[0]);
    }

    [Fact]
    public async Task What_was_found_is_told_again_for_a_minute_and_then_looked_at_anew()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        Assert.Contains("aligned", (await reflector.AskAsync())[0], StringComparison.Ordinal);
        reflector.Zones.RemoveRecord(ReverseName.Of(IPAddress.Parse(ReflectorUnderTest.Client)).Value, RecordType.Ptr);
        Assert.EndsWith(" aligned", (await reflector.AskAsync())[0], StringComparison.Ordinal);
        reflector.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.EndsWith(" misaligned", (await reflector.AskAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_makes_it_look_up_a_dictionary_of_names()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        var verdicts = new List<string>();
        foreach (var name in new[] { "a.acme.example", "b.acme.example", "c.acme.example", "d.acme.example", "e.acme.example" })
            verdicts.Add((await reflector.AskAsync(name)).Single(line => line.Contains("XREFLECT-VERDICT", StringComparison.Ordinal)));
        Assert.All(verdicts[..3], verdict => Assert.Contains("misaligned", verdict, StringComparison.Ordinal));
        Assert.All(verdicts[3..], verdict => Assert.Contains("unknown not looked at: asked too often", verdict, StringComparison.Ordinal));
        Assert.Contains("aligned", (await reflector.AskAsync(ReflectorUnderTest.Ehlo, "127.0.9.6"))[0], StringComparison.Ordinal); // others are not made to suffer for it
    }

    [Fact]
    public async Task Sessions_of_one_network_are_counted_by_the_minute()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync(new ReflectorLimits { SessionsPerNetwork = 3 });
        for (var i = 0; i < 3; i++)
            await reflector.AskAsync(from: $"127.0.9.{5 + i}");
        using (var fourth = await reflector.CallAsync("127.0.9.99"))
            Assert.StartsWith("421 4.7.0 Too many sessions from your network", (await fourth.HearAsync())[0], StringComparison.Ordinal);
        await reflector.AskAsync(from: "127.0.10.5");
        reflector.Time.Advance(TimeSpan.FromSeconds(20));
        await reflector.AskAsync();
    }

    [Fact]
    public async Task Connections_are_counted_for_each_address()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync(new ReflectorLimits { Connections = 4, ConnectionsPerAddress = 2 });
        using var one = await reflector.CallAsync();
        using var two = await reflector.CallAsync();
        Assert.StartsWith("220", (await one.HearAsync())[0], StringComparison.Ordinal);
        Assert.StartsWith("220", (await two.HearAsync())[0], StringComparison.Ordinal);
        using var three = await reflector.CallAsync();
        Assert.StartsWith("421 4.7.0 Too many connections from your address", (await three.HearAsync())[0], StringComparison.Ordinal);
        using var other = await reflector.CallAsync("127.0.10.5");
        Assert.StartsWith("220", (await other.HearAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_counted_in_all()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync(new ReflectorLimits { Connections = 3, ConnectionsPerAddress = 2 });
        using var one = await reflector.CallAsync();
        Assert.StartsWith("220", (await one.HearAsync())[0], StringComparison.Ordinal);
        using var other = await reflector.CallAsync("127.0.10.5");
        Assert.StartsWith("220", (await other.HearAsync())[0], StringComparison.Ordinal);
        using var another = await reflector.CallAsync("127.0.11.5");
        Assert.StartsWith("220", (await another.HearAsync())[0], StringComparison.Ordinal);
        using var tooMany = await reflector.CallAsync("127.0.12.5");
        Assert.StartsWith("421 4.7.0 Too many connections to this server", (await tooMany.HearAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_has_its_time_whatever_it_says()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        Assert.StartsWith("421 4.4.2", (await reflector.WhileTimePassesAsync(caller.HearAsync()))[0], StringComparison.Ordinal);
        Assert.Empty(await caller.HearAsync());
    }

    [Fact]
    public async Task A_client_that_dribbles_is_ended_too()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        var ended = caller.HearAsync();
        var before = TimeProvider.System.GetTimestamp();
        using var real = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!ended.IsCompleted && TimeProvider.System.GetElapsedTime(before) < ReflectorUnderTest.Patience)
        {
            try
            {
                await caller.SendAsync("N");
            }
            catch (IOException)
            {
                break; // hung up on
            }
            reflector.Time.Advance(TimeSpan.FromSeconds(1));
            await real.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.StartsWith("421 4.4.2", (await ended.WaitAsync(ReflectorUnderTest.Patience))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_megabytes_is_refused_and_the_session_goes_on()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        var piece = new string('x', 64 * 1024);
        for (var i = 0; i < 200; i++)
            await caller.SendAsync(piece);
        Assert.StartsWith("500 5.5.2 Line too long", (await caller.SayAsync(""))[0], StringComparison.Ordinal);
        Assert.StartsWith("250", (await caller.SayAsync("NOOP"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelined_garbage_gets_few_answers_and_an_end()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        await caller.SendAsync(string.Concat(Enumerable.Repeat("\u0001GARBAGE \u00ff\r\n", 20_000)));
        var answers = new List<string>();
        while (await caller.HearAsync() is { Count: > 0 } lines)
            answers.AddRange(lines);
        Assert.InRange(answers.Count, 1, 6);
        Assert.StartsWith("421", answers[^1], StringComparison.Ordinal);
        Assert.Contains(" aligned", (await reflector.AskAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replies_to_a_flood_of_EHLO_come_to_an_end()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        await caller.SendAsync(string.Concat(Enumerable.Repeat("EHLO mail.acme.example\r\n", 500)));
        var octets = 0;
        while (await caller.HearAsync() is { Count: > 0 } lines)
            octets += lines.Sum(line => line.Length + 2);
        Assert.InRange(octets, 1, 64 * 1024);
    }

    [Fact]
    public async Task A_bare_line_feed_ends_the_session()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        await caller.SendAsync("EHLO mail.acme.example\nMAIL FROM:<>\r\n");
        Assert.StartsWith("500 5.5.2", (await caller.HearAsync())[0], StringComparison.Ordinal);
        Assert.Empty(await caller.HearAsync());
    }

    [Fact]
    public async Task A_flood_of_clients_that_hang_up_leaves_nothing_behind()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync(new ReflectorLimits { SessionsPerNetwork = 100_000, ConnectionsPerAddress = 10_000 });
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), TestContext.Current.CancellationToken, async (i, _) =>
        {
            using var caller = await reflector.CallAsync($"127.0.9.{1 + (i % 200)}");
            if (i % 3 == 0)
                await caller.SendAsync("EHLO mail.acme.exa");
        });
        Assert.Contains(" aligned", (await reflector.AskAsync())[0], StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => reflector.Server.Connections == 0, ReflectorUnderTest.Patience));
    }

    [Fact]
    public async Task Stopping_tells_who_is_inside_and_waits_for_nobody_long()
    {
        await using var reflector = await ReflectorUnderTest.StartAsync();
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        var stopping = reflector.Server.StopAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith("421 4.3.2", (await caller.HearAsync())[0], StringComparison.Ordinal);
        await stopping.WaitAsync(ReflectorUnderTest.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, reflector.Server.Connections);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => reflector.CallAsync());
    }

    [Fact]
    public async Task STARTTLS_comes_through_and_the_name_is_said_again()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=reflect.ours.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var reflector = await ReflectorUnderTest.StartAsync(certificate: new CertificateModel(["reflect.ours.example"], certificate));
        using var caller = await reflector.CallAsync();
        await caller.HearAsync();
        Assert.Equal("250 STARTTLS", (await caller.SayAsync("EHLO mail.acme.example"))[^1]);
        Assert.StartsWith("220", (await caller.SayAsync("STARTTLS"))[0], StringComparison.Ordinal);
        await using var tls = new SslStream(caller.Stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "reflect.ours.example", RemoteCertificateValidationCallback = (_, offered, _, _) => offered?.Subject == "CN=reflect.ours.example" }, TestContext.Current.CancellationToken);
        await tls.WriteAsync("EHLO mail.acme.example\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tls);
        Assert.EndsWith("PTR mail.acme.example, aligned", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
