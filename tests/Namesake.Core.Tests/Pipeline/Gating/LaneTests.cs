using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class LaneTests
{
    private readonly FakeTimeProvider _time = new();

    private Lane Lane => field ??= NewLane(_time);

    [Fact]
    public void A_brand_with_a_thousand_does_not_delay_anothers_three()
    {
        for (var i = 0; i < 1000; i++)
            Lane.Enqueue(Waybills.Of("big", id: i + 1), 1);
        for (var i = 0; i < 3; i++)
            Lane.Enqueue(Waybills.Of("small", id: 2000 + i), 1);

        var served = Enumerable.Range(0, 8).Select(_ => Lane.First()!.Consignment.Key.Brand.Value).ToList();

        // One quantum each: four of these.
        Assert.Equal(["big", "big", "big", "big", "small", "small", "small", "big"], served);
    }

    [Fact]
    public void Sessions_are_started_up_to_the_most_and_no_further()
    {
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 2));
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 2));
        Assert.False(Lane.Enqueue(Waybills.Of("a"), 2));
        Assert.Equal(2, Lane.Sessions);
        Assert.Equal(3, Lane.Waiting);
    }

    [Fact]
    public void A_destination_that_was_forgotten_while_idle_is_noted_when_it_answers_again()
    {
        const string Hosts = "mx"; // the same text both times, as a known way has it
        Lane.Enqueue(Waybills.Of("a", Hosts), 2);
        Lane.Enqueue(Waybills.Of("a", "other"), 2);
        Lane.First();
        Lane.Recovered(Hosts);
        Assert.True(Lane.HasAnswered(Hosts));
        Lane.Ended(Hosts);
        Assert.False(Lane.TryRetire()); // the other one keeps it
        Assert.False(Lane.HasAnswered(Hosts));

        Lane.Enqueue(Waybills.Of("a", Hosts), 2);
        Lane.Recovered(Hosts);

        Assert.True(Lane.HasAnswered(Hosts));
    }

    [Fact]
    public async Task The_session_parked_last_is_woken_first()
    {
        var (older, newer) = (new ParkedSession(Waybills.Of("a", "mx").Session), new ParkedSession(Waybills.Of("a", "mx").Session));
        var (first, second) = (Lane.NextAsync(older).AsTask(), Lane.NextAsync(newer).AsTask());

        Assert.False(Lane.Enqueue(Waybills.Of("a", id: 7), 2));

        Assert.Equal(7, (await second)!.Consignment.Message.Value);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task A_session_parked_for_another_destination_makes_room()
    {
        Lane.Enqueue(Waybills.Of("a", "mx"), 1);
        Lane.First();
        var parked = Lane.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)).AsTask();

        Assert.False(Lane.Enqueue(Waybills.Of("a", "other"), 1));

        Assert.Null(await parked);
        Assert.Equal("other", Lane.First()!.Route.Destination);
    }

    [Fact]
    public async Task Idle_sessions_end_and_the_others_stay()
    {
        var old = Lane.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4));
        var young = Lane.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));

        Lane.EndIdle(TimeSpan.FromSeconds(5));

        Assert.Null(await old);
        Assert.False(young.IsCompleted);
    }

    [Fact]
    public void A_resting_lane_gives_nothing_and_after_it_one_on_trial()
    {
        Lane.Enqueue(Waybills.Of("a"), 10);
        Lane.Rest("down", null);

        Assert.Null(Lane.First());
        Assert.Equal(0, Lane.Sessions);
        Assert.Null(Lane.Allowance("mx", new BrandId("a"), 50));

        Lane.Clear(endParked: true);
        _time.Advance(Backoff.First);
        Assert.Equal(1, Lane.Allowance("mx", new BrandId("a"), 50));
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 10));
        Assert.False(Lane.Enqueue(Waybills.Of("a"), 10));

        Lane.Recovered("mx");
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 10));
    }

    [Fact]
    public void Failures_of_sessions_that_ran_beside_each_other_count_once()
    {
        var rest = Lane.Rest("down", null);

        Assert.Same(rest, Lane.Rest("down too", null));
        _time.Advance(Backoff.First);
        Assert.Equal(2, Lane.Rest("still down", null).Failures);
    }

    [Fact]
    public async Task Nobody_parks_in_a_lane_that_is_closing_but_what_waits_can_be_taken()
    {
        var parked = Lane.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)).AsTask();
        Lane.Close();
        Lane.Clear(endParked: true);

        Assert.Null(await parked);
        Assert.Null(await Lane.NextAsync(new ParkedSession(Waybills.Of("a", "mx").Session)));
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 1));
        Assert.NotNull(Lane.First());
    }

    [Fact]
    public void A_dead_destination_rests_alone_and_is_tried_by_one_session()
    {
        Lane.Enqueue(Waybills.Of("a", "dead"), 10);
        Lane.First();
        var rest = Lane.RestDestination("dead", "refused", isMute: false);
        Lane.Ended("dead");

        Assert.Same(rest, Lane.RestOf("dead"));
        Assert.Null(Lane.RestOf("alive"));
        Assert.Null(Lane.Allowance("dead", new BrandId("a"), 50));
        Assert.Equal(50, Lane.Allowance("alive", new BrandId("a"), 50));
        Assert.Equal("dead", Assert.Single(Lane.RestingDestinations()).Destination);
        Lane.Enqueue(Waybills.Of("a", "alive"), 10);
        Assert.Equal("alive", Lane.First()!.Route.Destination);

        _time.Advance(Backoff.First);
        Assert.Equal(1, Lane.Allowance("dead", new BrandId("a"), 50));
        Assert.True(Lane.Enqueue(Waybills.Of("a", "dead"), 10));
        Assert.Equal("dead", Lane.First()!.Route.Destination);
        Assert.False(Lane.Enqueue(Waybills.Of("a", "dead"), 10));
        Assert.Equal(0, Lane.Allowance("dead", new BrandId("a"), 50));

        Lane.Recovered("dead");
        Assert.True(Lane.Enqueue(Waybills.Of("a", "dead"), 10));
        Assert.Empty(Lane.RestingDestinations());
    }

    [Fact]
    public void A_probe_that_ends_leaves_its_destination_to_the_next()
    {
        Lane.RestDestination("dead", "refused", isMute: false);
        _time.Advance(Backoff.First);
        Lane.Enqueue(Waybills.Of("a", "dead"), 10);
        Lane.First();
        Lane.Enqueue(Waybills.Of("a", "dead", 2), 10);
        Lane.Enqueue(Waybills.Of("a", "alive", 3), 10);
        Assert.Equal(3, Lane.First()!.Consignment.Message.Value);

        Lane.Ended("dead");

        Assert.Equal(2, Lane.First()!.Consignment.Message.Value);
    }

    [Fact]
    public async Task A_session_makes_room_after_its_slice_when_another_destination_has_none()
    {
        for (var i = 0; i < 1000; i++)
            Lane.Enqueue(Waybills.Of("big", "mx", i + 1), 1);
        var session = new ParkedSession(Lane.First()!.Session);
        Lane.Enqueue(Waybills.Of("small", "other", 2000), 1);
        var carried = 0;
        while (await Lane.NextAsync(session) is not null)
            carried++;

        Lane.Ended("mx");
        Assert.InRange(carried, 1, 60);
        Assert.Equal("other", Lane.First()!.Route.Destination);
    }

    [Fact]
    public void One_brands_backlog_is_no_reason_to_turn_anothers_mail_away()
    {
        for (var i = 0; i < 60; i++)
            Lane.Enqueue(Waybills.Of("big", id: i + 1), 1);

        Assert.Equal(0, Lane.Allowance("mx", new BrandId("big"), 50));
        Assert.Equal(50, Lane.Allowance("mx", new BrandId("small"), 50));
        Assert.Equal((60, 0), (Lane.WaitingOf(new BrandId("big")), Lane.WaitingOf(new BrandId("small"))));
    }

    /// <summary>Whatever happens in whatever order: no slot is lost, nothing is lost, and the most is never exceeded.</summary>
    [Fact]
    public void Slots_and_waybills_are_accounted_for_on_every_walk() =>
        Gen.Int[0, 9].Array[0, 200].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            var lane = NewLane(time);
            var (sessions, put, taken) = (0, 0, 0);
            foreach (var step in steps)
            {
                if (step < 5)
                {
                    put++;
                    if (lane.Enqueue(Waybills.Of($"b{step % 3}", $"mx{step % 2}", put), 3) == true)
                        sessions++;
                }
                else if (step < 8 && sessions > 0)
                {
                    if (lane.First() is null)
                        sessions--;
                    else
                        taken++;
                }
                else if (step == 8)
                {
                    taken += lane.Clear(endParked: true).Count;
                }
                else if (lane.IsResting)
                {
                    time.Advance(Backoff.Longest);
                    lane.Recovered("mx");
                }
                else
                {
                    lane.Rest("down", null);
                }

                if (lane.Sessions != sessions || lane.Sessions > 3 || lane.Waiting != put - taken || lane.WaitingByBrand().Sum(brand => brand.Count) != put - taken)
                    return false;
            }

            return true;
        });

    private static Lane NewLane(TimeProvider time) => new(new LaneKey(new SourceId("a"), new SiteId("sink.test")), new SessionSlots(1_000), time);
}
