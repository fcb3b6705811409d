using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class ConnectionRampTests
{
    private readonly FakeTimeProvider _time = new();

    private Lane Lane => field ??= new Lane(new LaneKey(new SourceId("a"), new SiteId("sink.test")), new SessionSlots(1_000), _time);

    [Fact]
    public void A_cold_lane_opens_few_connections_and_one_more_with_each_success()
    {
        Assert.Equal(ConnectionRamp.First, LineUp(20, connections: 8));
        for (var i = 0; i < 3; i++)
            Assert.True(Taken(connections: 8));
        Assert.False(Taken(connections: 8)); // The site's own limit.
        Assert.Equal(8, Lane.Sessions);
    }

    [Fact]
    public void A_limit_below_the_ramp_stays_the_limit() => Assert.Equal(2, LineUp(20, connections: 2));

    [Fact]
    public void After_a_rest_it_begins_with_one_and_grows_again()
    {
        Assert.Equal(1, LineUp(1, connections: 10));
        Lane.Rest("too many connections", null);
        Lane.Clear(endParked: true);
        while (Lane.First() is not null)
        {
            // The session ends.
        }

        _time.Advance(Backoff.First);
        Assert.Equal(1, LineUp(20, connections: 10));
        Assert.True(Taken(connections: 10));
        Assert.Equal(2, Lane.Sessions);
        Assert.True(Taken(connections: 10));
        Assert.Equal(3, Lane.Sessions);
    }

    [Fact]
    public void Nothing_is_opened_for_a_lane_in_which_nothing_waits()
    {
        Lane.Recovered("mx");
        Assert.False(Lane.TakesAnother(10));
        Assert.Equal(0, Lane.Sessions);
    }

    /// <returns>Sessions that were to be begun.</returns>
    private int LineUp(int messages, int connections)
    {
        var begun = 0;
        for (var i = 0; i < messages; i++)
            begun += Lane.Enqueue(Waybills.Of("acme", id: 100 + i), connections) == true ? 1 : 0;
        return begun;
    }

    /// <summary>A message was taken by the receiver.</summary>
    /// <returns>Whether another session is to begin.</returns>
    private bool Taken(int connections)
    {
        Lane.Recovered("mx");
        return Lane.TakesAnother(connections);
    }
}
