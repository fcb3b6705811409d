using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A brand's address that isn't on the host: its mail waits for it, and never takes another.</summary>
public sealed class AddressMissing(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    public async Task Taken_away_while_mail_flows_its_mail_is_held_until_it_is_back()
    {
        await StartProvenRelayAsync(new RelayConfiguration());
        await ArrivesOnceAsItselfAsync(await SubmitAsync(Letter.Many(10, Acme, LabReceivers.Echo)));

        await Lab.Relay.RemoveAddressAsync(Acme.Local, 24);
        await MailWaitsForTheAddressAsync();
    }

    [Fact]
    public async Task Missing_from_the_start_its_mail_is_held_until_it_comes()
    {
        await Lab.Relay.RemoveAddressAsync(Acme.Local, 24);
        await StartRelayAsync(new RelayConfiguration());
        await MailWaitsForTheAddressAsync();
    }

    private async Task MailWaitsForTheAddressAsync()
    {
        LabReceiver[] receivers = [LabReceivers.Echo, LabReceivers.Quiet, LabReceivers.Postfix];
        var before = Lab.ArrivalsOf(Tag).Count;
        var load = await SubmitAsync(receivers.SelectMany(receiver => Letter.Many(10, Acme, receiver)));
        foreach (var receiver in receivers)
        {
            var hold = await IsHeldAsync(Acme, receiver, "EG-02", "EG-03");
            Assert.Contains(Acme.Local.ToString(), hold.Expected, StringComparison.Ordinal);
        }

        // Others flow. When their mail has come, the held mail has had its time to leave wrongly, and hasn't.
        await ArrivesOnceAsItselfAsync(await SubmitAsync([.. receivers.SelectMany(receiver => Letter.Many(5, LabBrand.Bravo, receiver))]));
        Assert.Equal(before + 15, Lab.ArrivalsOf(Tag).Count);
        Assert.Equal(30, (await Relay.Api.MessagesAsync()).Count(message => message.Brand == Acme.Id));
        Assert.DoesNotContain(Lab.Echo.Sessions.Concat(Lab.Quiet.Sessions), session => session.Helos.Contains(Acme.Ehlo) && !session.Client.Equals(Acme.Public));

        await Lab.Relay.RestoreAddressesAsync();

        await ArrivesOnceAsItselfAsync(load);
        await QueueIsEmptyAsync();
    }
}
