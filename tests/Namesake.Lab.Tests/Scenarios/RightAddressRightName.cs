using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>The fault of 2007 ended: through the relay every brand's mail leaves from that brand's address under that brand's name, and is accepted.</summary>
public sealed class RightAddressRightName(LabFixture lab) : RelayTest(lab)
{
    [Fact]
    public async Task A_thousand_messages_of_three_brands_leave_as_themselves_also_after_a_restart_and_a_new_address()
    {
        await StartProvenRelayAsync(new RelayConfiguration { WithV6 = true });
        var load = NewLoad();

        await load.SendAsync(Thirds(of: 400), sessions: 6);

        // In the middle of their delivery: what is still in the queue goes on after it.
        await Relay.StopAsync();
        await Relay.StartAsync();
        await load.SendAsync(Thirds(of: 300), sessions: 6);

        // One that the kernel would take for a socket nobody bound, were it the first; and one between the brands' own.
        await Lab.Relay.AddAddressAsync(IPAddress.Parse("10.77.1.8"), 24);
        await Lab.Relay.AddAddressAsync(IPAddress.Parse("2001:db8:77::9"), 64);
        await load.SendAsync(Thirds(of: 300), sessions: 6);

        Assert.Equal(1000, load.AcceptedCount);
        await ArrivesOnceAsItselfAsync(load);
        await QueueIsEmptyAsync();
        var arrivals = Lab.ArrivalsOf(Tag);
        Assert.Equal(1000, arrivals.Count);
        Assert.Equal(60, arrivals.Count(arrival => arrival.Domain == LabReceivers.Exim.Domain));
        Assert.Contains(arrivals, arrival => arrival.Client.Equals(LabBrand.Acme.V6));
    }

    /// <summary>A part of the thousand: of each brand the same to each receiver, but fewer to Exim, which takes its time.</summary>
    private static IEnumerable<Letter> Thirds(int of)
    {
        var toExim = of == 400 ? 24 : 18;
        LabReceiver[] others = [LabReceivers.Postfix, LabReceivers.Postfix with { Domain = $"v6.{LabReceivers.Postfix.Domain}" }, LabReceivers.Echo, LabReceivers.Stranger, LabReceivers.Quiet];
        return Enumerable.Range(0, of).Select(number => Letter.Of(LabBrand.All[number % 3], number < toExim ? LabReceivers.Exim : others[number % others.Length]));
    }
}
