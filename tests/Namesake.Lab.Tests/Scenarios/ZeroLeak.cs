using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Whatever the router does, nothing passes MAIL FROM at a receiver that told us we came from a wrong address.</summary>
public sealed class ZeroLeak(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;
    private static readonly LabBrand Cargo = LabBrand.Cargo;

    [Theory]
    [InlineData(null)]
    [InlineData("203.0.113.6")]
    public async Task While_the_translation_flips_nothing_leaks_and_afterwards_everything_arrives(string? wrong)
    {
        // Null: the provider's general address. The other one is bravo's: the worst that can happen to acme's mail.
        var wrongAddress = wrong is null ? LabPlan.DefaultPublic : IPAddress.Parse(wrong);
        await StartProvenRelayAsync(new RelayConfiguration { Idle = "0s" });
        var acme = NewLoad();
        await using (var flipping = Lab.Translation.Flip(Acme.Local, Acme.Public, wrong is null ? null : wrongAddress, TimeSpan.FromMilliseconds(300)))
        {
            using var enough = new CancellationTokenSource();
            var flowing = FlowAsync(acme, () => Misnamed(Lab.Stranger, wrongAddress).Count > 0, enough.Token);
            try
            {
                await Eventually.TrueAsync(
                    "the fence has stopped sessions at both receivers, and the translation has flipped 20 times",
                    () => flipping.Turns >= 20 && acme.AcceptedCount >= 60 && Misnamed(Lab.Echo, wrongAddress).Count > 0 && Misnamed(Lab.Stranger, wrongAddress).Count > 0,
                    TimeSpan.FromSeconds(60),
                    () => $"{flipping.Turns} turns, {acme.AcceptedCount} accepted, {Misnamed(Lab.Echo, wrongAddress).Count}+{Misnamed(Lab.Stranger, wrongAddress).Count} sessions\n{Relay.Log}");
                // EG-04 once both addresses were seen; the lanes may be open again by then, each for itself.
                await IsHeldAsync(Acme, LabReceivers.Echo, "EG-01", "EG-04");

                // The other brands' mail flows on meanwhile, to the same receivers.
                await ArrivesOnceAsItselfAsync(await SubmitAsync([.. Letter.Many(20, Bravo, LabReceivers.Echo), .. Letter.Many(20, Cargo, LabReceivers.Stranger)]));
            }
            finally
            {
                // Also when it failed: a trickle that goes on would reach the next scenario's relay.
                await enough.CancelAsync();
                await flowing;
            }
        }

        await ArrivesOnceAsItselfAsync(acme);
        await QueueIsEmptyAsync();
        Assert.All([.. Misnamed(Lab.Echo, wrongAddress), .. Misnamed(Lab.Stranger, wrongAddress)], session => Assert.Equal(0, session.MailCommands));
    }

    [Fact]
    public async Task A_lost_translation_holds_its_own_source_and_is_got_over_without_a_person()
    {
        await StartProvenRelayAsync(new RelayConfiguration());
        await Lab.Translation.SetAsync(Acme.Local, null);

        var acme = await SubmitAsync(Letter.Many(30, Acme, LabReceivers.Echo));
        await IsHeldAsync(Acme, LabReceivers.Echo, "EG-01");
        await Eventually.TrueAsync("the reflector's word holds the source", async () => (await Relay.Api.SourceAsync("acme-v4")).Hold is { Check: "EG-01" }, seen: () => Relay.Log);
        var toSilent = await SubmitAsync(Letter.Many(10, Acme, LabReceivers.Quiet));
        await IsHeldAsync(Acme, LabReceivers.Quiet, "EG-01");
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(20, Bravo, LabReceivers.Echo)));
        Assert.DoesNotContain(Lab.ArrivalsOf(Tag), arrival => arrival.Helo == Acme.Ehlo);
        Assert.True(Lab.Reflector.Sessions.Count < 100, $"The reflector was asked {Lab.Reflector.Sessions.Count} times.");
        var waiting = (await Relay.Api.MessagesAsync()).Where(message => message.Brand == Acme.Id).ToList();
        Assert.True(waiting.Count == 40, $"{waiting.Count} wait, {acme.AcceptedCount}+{toSilent.AcceptedCount} were accepted, {acme.DeferredCount}+{toSilent.DeferredCount} deferred, {acme.Unanswered.Count}+{toSilent.Unanswered.Count} unanswered\n{string.Join('\n', waiting)}\n{Relay.Output}");

        await Lab.Translation.SetAsync(Acme.Local, Acme.Public);

        await ArrivesOnceAsItselfAsync(acme);
        await ArrivesOnceAsItselfAsync(toSilent);
        await QueueIsEmptyAsync();
    }

    [Fact]
    public async Task A_receiver_that_echoes_a_strangers_address_stops_its_own_lane_only()
    {
        var stranger = IPAddress.Parse("192.0.2.200");
        Lab.Stranger.Habits = Lab.Stranger.Usual with { EchoInstead = stranger };
        await StartProvenRelayAsync(new RelayConfiguration());

        var stopped = await SubmitAsync(Letter.Many(10, Acme, LabReceivers.Stranger));
        var hold = await IsHeldAsync(Acme, LabReceivers.Stranger, "EG-01");
        Assert.Contains(stranger.ToString(), hold.Seen, StringComparison.Ordinal);
        Assert.NotNull(hold.Site);
        await ArrivesOnceAsItselfAsync(await SubmitAsync([.. Letter.Many(20, Acme, LabReceivers.Echo), .. Letter.Many(10, Acme, LabReceivers.Postfix), .. Letter.Many(20, Bravo, LabReceivers.Echo)]));
        var source = await Relay.Api.SourceAsync("acme-v4");
        Assert.Equal(("aligned", null), (source.Verdict, source.Hold));
        Assert.Empty(Lab.Stranger.WithSubject(Tag));
        Assert.All(Lab.Stranger.Sessions, session => Assert.Equal(0, session.MailCommands));

        Lab.Stranger.Habits = Lab.Stranger.Usual;

        await ArrivesOnceAsItselfAsync(stopped);
        await QueueIsEmptyAsync();
    }

    /// <summary>A trickle, so that there are always new sessions to be stopped. At first only to one receiver, until it has been met: a first word of either holds the source, and
    /// what waits then leaves by the older queue first, whose receiver's word comes first again.</summary>
    private static async Task FlowAsync(Load load, Func<bool> strangerIsMet, CancellationToken enough)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            Letter[] letters = strangerIsMet() ? [Letter.Of(Acme, LabReceivers.Echo), Letter.Of(Acme, LabReceivers.Stranger)] : [Letter.Of(Acme, LabReceivers.Stranger), Letter.Of(Acme, LabReceivers.Stranger)];
            await load.SendAsync(letters, sessions: 1, CancellationToken.None);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Sessions that came from the wrong address under acme's name.</summary>
    private static IReadOnlyList<SeenSession> Misnamed(EchoReceiver at, IPAddress wrong) =>
        [.. at.Sessions.Where(session => session.Client.Equals(wrong) && session.Helos.Contains(Acme.Ehlo))];
}
