using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>The faults the lab can make, each seen from outside: a translation that changes, a resolver and a name server that say nothing.</summary>
public sealed class TranslationAndSilence(LabFixture lab) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    public async Task A_translation_turned_wrong_shows_another_address_outside()
    {
        await Lab.Translation.SetAsync(Acme.Local, LabBrand.Bravo.Public);
        Assert.Equal(LabBrand.Bravo.Public, await EchoedAsync(Acme.Local));

        await Lab.Translation.SetAsync(Acme.Local, null);
        Assert.Equal(LabPlan.DefaultPublic, await EchoedAsync(Acme.Local));

        await Lab.Translation.SetAsync(Acme.Local, Acme.Public);
        Assert.Equal(Acme.Public, await EchoedAsync(Acme.Local));
    }

    [Fact]
    public async Task A_translation_that_flips_is_seen_both_ways_and_other_sources_never_notice()
    {
        await using (var flipping = Lab.Translation.Flip(Acme.Local, Acme.Public, wrong: null, TimeSpan.FromMilliseconds(200)))
        {
            var seen = new HashSet<IPAddress>();
            await Eventually.TrueAsync("ten turns, and both addresses seen", async () =>
            {
                seen.Add(await EchoedAsync(Acme.Local));
                Assert.Equal(LabBrand.Bravo.Public, await EchoedAsync(LabBrand.Bravo.Local));
                return flipping.Turns >= 10 && seen.SetEquals([Acme.Public, LabPlan.DefaultPublic]);
            });
        }

        Assert.Equal(Acme.Public, await EchoedAsync(Acme.Local));
    }

    [Fact]
    public async Task Only_mail_has_a_translation_of_its_own()
    {
        // What a brand's address sends to another port leaves as the provider's general address: a probe elsewhere than port 25 proves nothing.
        using var listener = Lab.Edge.Listen(new IPEndPoint(LabBrand.Acme.Edge, 2525));
        using var dialled = await Lab.Relay.DialAsync(new IPEndPoint(LabBrand.Acme.Edge, 2525), from: Acme.Local);
        using var accepted = await listener.AcceptAsync();

        Assert.Equal(Acme.Local, ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        Assert.Equal(LabPlan.DefaultPublic, await EchoedAsync(LabPlan.KernelsChoice));
    }

    [Fact]
    public async Task A_receiver_may_echo_a_strangers_address()
    {
        var stranger = IPAddress.Parse("192.0.2.200");
        Lab.Stranger.Habits = Lab.Stranger.Usual with { EchoInstead = stranger };

        var sent = await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Stranger, Tag);

        sent.MustBeAccepted();
        Assert.Contains($"Hello {Acme.Ehlo} [{stranger}], pleased to meet you", sent.Transcript, StringComparison.Ordinal);
        var session = Assert.Single(Lab.Stranger.Sessions);
        Assert.Equal((Acme.Public, stranger), (session.Client, session.Echoed));
    }

    [Fact]
    public async Task A_silent_resolver_lets_the_relays_questions_time_out_and_nobody_elses()
    {
        Lab.Resolver.FallSilent();

        var asked = await Lab.Relay.RunAsync("dig", "+tries=1", "+time=1", Acme.Ehlo, "A");
        Assert.Contains("timed out", asked.Output, StringComparison.Ordinal);
        (await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag)).MustBeAccepted();

        Lab.Resolver.Speak();
        await Eventually.TrueAsync("the resolver answers again", async () =>
            (await Lab.Relay.RunAsync("dig", "+short", "+tries=1", "+time=1", Acme.Ehlo, "A")).Output.Trim() == Acme.Public.ToString());
    }

    [Fact]
    public async Task One_silent_name_server_is_not_noticed_and_two_are()
    {
        Lab.Authority.Primary.FallSilent();
        await Eventually.TrueAsync("the resolver finds the name through the secondary", async () =>
            (await Lab.Relay.RunAsync("dig", "+short", "+tries=1", "+time=5", Acme.Ehlo, "A")).Output.Trim() == Acme.Public.ToString());

        Lab.Authority.Secondary.FallSilent();
        await Eventually.TrueAsync("the resolver gives up, by SERVFAIL or by time", async () =>
            (await Lab.Relay.RunAsync("dig", "+tries=1", "+time=2", Acme.Ehlo, "A")).Output is var output
            && (output.Contains("SERVFAIL", StringComparison.Ordinal) || output.Contains("timed out", StringComparison.Ordinal)));

        Lab.Authority.Primary.Speak();
        Lab.Authority.Secondary.Speak();
        await Eventually.TrueAsync("the resolver finds the name again", async () =>
            (await Lab.Relay.RunAsync("dig", "+short", "+tries=1", "+time=2", Acme.Ehlo, "A")).Output.Trim() == Acme.Public.ToString());
    }

    [Fact]
    public async Task A_receiver_records_how_far_a_client_came()
    {
        Lab.Echo.Habits = Lab.Echo.Usual with { MailReply = "550 5.7.25 no name" };

        var refused = await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Echo, Tag);

        Assert.Equal("550 5.7.25 no name", refused.Refusal);
        Assert.Empty(Lab.Echo.WithSubject(Tag));
        var session = Assert.Single(Lab.Echo.Sessions);
        Assert.Equal((1, true), (session.MailCommands, session.HasQuit));
    }

    /// <summary>What the echoing receiver calls a client that leaves from <paramref name="local"/>, as the receiver itself sees it too.</summary>
    private async Task<IPAddress> EchoedAsync(IPAddress local)
    {
        using var socket = await Lab.Relay.DialAsync(new IPEndPoint(LabPlan.Echo, 25), from: local);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await reader.ReadLineAsync();
        await stream.WriteAsync("EHLO probe.example\r\n"u8.ToArray());
        var reply = await reader.ReadLineAsync() ?? "";
        await stream.WriteAsync("QUIT\r\n"u8.ToArray());
        await reader.ReadToEndAsync();
        return IPAddress.Parse(reply[(reply.IndexOf('[', StringComparison.Ordinal) + 1)..reply.IndexOf(']', StringComparison.Ordinal)]);
    }
}
