using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Faults;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>Faults that receivers see before we do, and refuse for.</summary>
public sealed class RefusalsWhileMailFlows(LabFixture lab) : FaultTest(lab)
{
    private const string Strange = "scanner.acme.example";
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;

    [Fact]
    public async Task A_refusal_for_a_vanished_PTR_holds_at_once_and_three_for_a_strangers_name_on_the_address_hold_though_all_is_right()
    {
        // Looks at DNS by themselves come too late to have a part in it.
        await StartProvenRelayAsync(new RelayConfiguration
        {
            Idle = "0s",
            Identity = "shortestInterval: 5m, longestInterval: 5m, troubledInterval: 1s, confirmation: 2m, firstEchoInterval: 1s, longestEchoInterval: 2s",
        });
        if (FaultCourse.AreMeasured)
        {
            // Refusals cause a look every ten seconds at most, and the start has just looked.
            await UntilAsync(Bravo, "the last look is ten seconds old", source => Now - source.LastProbe > TimeSpan.FromSeconds(10));
        }

        await PlayAsync(
            new Fault("vanished PTR, a receiver refuses", Bravo)
            {
                To = [LabReceivers.Echo, LabReceivers.Postfix],
                Holds = "PT-01",
                Inject = () => Lab.Authority.RemovePointerAsync(Bravo.Public),
                Repair = () => Lab.Authority.RestorePointerAsync(Bravo.Public),
                IsSeen = Tells("PT-01"),
            },
            new Fault("second EHLO by somebody else behind the address", Acme)
            {
                To = [LabReceivers.Echo, LabReceivers.Stranger, LabReceivers.Quiet],
                Holds = "FB-01",
                Stranger = Strange,
                Inject = BringStrangerAsync,
                Repair = SendStrangerAwayAsync,
                IsSeen = Tells("FB-01"),
            });
    }

    /// <summary>Another program of the same network is translated to acme's address and says a name of its own; three receivers keep count of names.</summary>
    private async Task BringStrangerAsync()
    {
        foreach (var receiver in new[] { Lab.Echo, Lab.Stranger, Lab.Quiet })
        {
            receiver.Habits = receiver.Usual with { NamesReply = names => names.Count > 1 ? $"450 4.7.1 HELO of your address changes too often: {string.Join(", ", names)}" : null };
        }

        await Lab.Translation.SetAsync(LabPlan.KernelsChoice, Acme.Public);
        await Task.WhenAll(new[] { LabReceivers.Echo, LabReceivers.Stranger, LabReceivers.Quiet }.Select(receiver => new Swaks(Strange).SendAsync(Lab.Relay, receiver, "scanned")));
    }

    // By itself it ends with the first of them that takes a message, tried after 15 minutes; who has put it right needn't wait.
    private async Task SendStrangerAwayAsync()
    {
        await Lab.Translation.SetAsync(LabPlan.KernelsChoice, null);
        foreach (var receiver in new[] { Lab.Echo, Lab.Stranger, Lab.Quiet })
        {
            receiver.Habits = receiver.Usual;
        }

        (await Relay.AskAsync("sources", "override", "acme-v4", "--until", Now.AddHours(1).ToString("O"), "--reason", "the scanner is off")).MustSucceed();
    }
}
