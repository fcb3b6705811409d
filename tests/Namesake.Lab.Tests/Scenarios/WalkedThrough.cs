using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Incidents of docs/verdicts.md that no other scenario plays: a translation with several addresses, a proxy's echo marked by a person, forwarded mail, mail among our own brands.</summary>
public sealed class WalkedThrough(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;

    [Fact]
    public async Task A_translation_that_uses_two_addresses_is_misaligned_with_the_advice_to_pin_and_over_once_pinned()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });
        var acme = NewLoad();
        await using (Lab.Translation.Flip(Acme.Local, Acme.Public, null, TimeSpan.FromSeconds(1)))
        {
            // Without mail nobody asks while the proof is fresh.
            var held = await Eventually.GetAsync(
                "both addresses were seen",
                async () =>
                {
                    await acme.SendAsync([Letter.Of(Acme, LabReceivers.Echo)], sessions: 1);
                    return await Relay.Api.SourceAsync("acme-v4");
                },
                source => source.Hold is { Check: "EG-04" },
                TimeSpan.FromSeconds(60),
                () => Relay.Log);
            Assert.Equal("misaligned", held.Verdict);
            Assert.Contains(LabPlan.DefaultPublic.ToString(), held.Hold!.Seen, StringComparison.Ordinal);
            var shown = await Relay.AskAsync("sources", "show", "acme-v4");
            Assert.Contains($"Pin {Acme.Local} to {Acme.Public}", string.Join(' ', shown.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            Assert.Equal("aligned", (await Relay.Api.SourceAsync("bravo-v4")).Verdict);
        }

        await ArrivesOnceAsItselfAsync(acme);
        Assert.Equal("aligned", (await Relay.Api.SourceAsync("acme-v4")).Verdict);
    }

    [Fact]
    public async Task A_receivers_echo_of_its_proxy_is_marked_by_a_person_and_counts_as_silent_from_then_on()
    {
        Lab.Stranger.Habits = Lab.Stranger.Usual with { EchoInstead = System.Net.IPAddress.Parse("192.0.2.200") };
        await StartProvenRelayAsync(new RelayConfiguration());
        var acme = await SubmitAsync(Letter.Many(5, Acme, LabReceivers.Stranger));
        var hold = await IsHeldAsync(Acme, LabReceivers.Stranger, "EG-01");
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(5, Acme, LabReceivers.Echo)));

        // Refused until a witness has confirmed the right address since.
        await Eventually.GetAsync("the echo can be marked", () => Relay.AskAsync("lanes", "proxy-echo", "acme-v4", hold.Site!), marked => marked.ExitCode == 0, TimeSpan.FromSeconds(60), () => Relay.Log);

        await ArrivesOnceAsItselfAsync(acme);
        Assert.Equal(("aligned", null), ((await Relay.Api.SourceAsync("acme-v4")).Verdict, (await Relay.Api.SourceAsync("acme-v4")).Hold));
    }

    [Fact]
    public async Task A_forwarded_message_leaves_as_the_brand_under_a_rewritten_sender()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Brands = [Acme], ListenerKeys = ", brand: acme", BrandKeys = ", foreignSenders: srs, srsSecret: \"a secret of the lab alone\"" });
        await using var talk = await HelloAsync();

        Assert.StartsWith("250 ", await ForwardAsync(talk), StringComparison.Ordinal);

        await Eventually.TrueAsync("it arrives", () => Lab.Quiet.WithSubject(Tag).Count == 1, seen: () => Relay.Log);
        var arrived = Assert.Single(Lab.Quiet.WithSubject(Tag));
        Assert.Equal((Acme.Public, Acme.Ehlo), (arrived.Client, arrived.Helo));
        Assert.Matches($"^SRS0=.+=outside.example=eve@{Acme.Domain}$", arrived.ReversePath);
        Assert.Equal("<eve@outside.example>", arrived.Field("From"));
    }

    [Fact]
    public async Task Where_nothing_says_what_to_do_with_forwarded_mail_it_is_refused_at_once()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Brands = [Acme], ListenerKeys = ", brand: acme" });
        await using var talk = await HelloAsync();

        Assert.StartsWith("550 5.7.1 ", await ForwardAsync(talk), StringComparison.Ordinal);
        Assert.Empty(await Relay.Api.MessagesAsync());
    }

    [Fact]
    public async Task Mail_between_two_brands_of_ours_goes_the_public_way_as_each_of_them()
    {
        await Lab.Authority.SetAsync(Acme.Domain, "MX", [$"10 {LabReceivers.Echo.Host}."]);
        await Lab.Authority.SetAsync(Bravo.Domain, "MX", [$"10 {LabReceivers.Echo.Host}."]);
        await StartProvenRelayAsync(new RelayConfiguration());

        await ArrivesOnceAsItselfAsync(await SubmitAsync([new Letter($"ann@{Acme.Domain}", $"bob@{Bravo.Domain}"), new Letter($"bob@{Bravo.Domain}", $"ann@{Acme.Domain}")]));

        Assert.Equal([Acme.Public, Bravo.Public], Lab.Echo.WithSubject(Tag).Select(message => message.Client).OrderBy(address => address.ToString(), StringComparer.Ordinal));
    }

    private async Task<SmtpTalk> HelloAsync()
    {
        var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO exchange.client.example");
        return talk;
    }

    /// <summary>As Exchange forwards: the outside sender is kept. The reply to the first command that is refused, else to the final dot.</summary>
    private async Task<string> ForwardAsync(SmtpTalk talk)
    {
        foreach (var command in new[] { "MAIL FROM:<eve@outside.example>", $"RCPT TO:<bob@{LabReceivers.Quiet.Domain}>", "DATA" })
        {
            var reply = await talk.SayAsync(command);
            if (reply[0] is not ('2' or '3'))
            {
                return reply;
            }
        }

        return await talk.SayAsync($"From: <eve@outside.example>\r\nTo: <ann@{Acme.Domain}>\r\nSubject: {Tag}\r\nMessage-ID: <{Tag}@outside.example>\r\n\r\nForwarded.\r\n.");
    }
}
