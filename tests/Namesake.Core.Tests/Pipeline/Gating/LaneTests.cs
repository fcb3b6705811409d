using CsCheck;
using Microsoft.Extensions.Time.Testing;
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

        var served = Enumerable.Range(0, 6).Select(_ => Lane.First()!.Consignment.Key.Brand.Value).ToList();

        Assert.Equal(["big", "small", "big", "small", "big", "small"], served);
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
    public async Task The_session_parked_last_is_woken_first()
    {
        var (older, newer) = (new ParkedSession("mx"), new ParkedSession("mx"));
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
        var parked = Lane.NextAsync(new ParkedSession("mx")).AsTask();

        Assert.False(Lane.Enqueue(Waybills.Of("a", "other"), 1));

        Assert.Null(await parked);
        Assert.Equal("other", Lane.First()!.Route.Destination);
    }

    [Fact]
    public async Task Idle_sessions_end_and_the_others_stay()
    {
        var old = Lane.NextAsync(new ParkedSession("mx")).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4));
        var young = Lane.NextAsync(new ParkedSession("mx")).AsTask();
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
        Assert.Null(Lane.Allowance(50));

        Lane.Clear(endParked: true);
        _time.Advance(Backoff.First);
        Assert.Equal(1, Lane.Allowance(50));
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 10));
        Assert.False(Lane.Enqueue(Waybills.Of("a"), 10));

        Lane.Recovered();
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
        var parked = Lane.NextAsync(new ParkedSession("mx")).AsTask();
        Lane.Close();
        Lane.Clear(endParked: true);

        Assert.Null(await parked);
        Assert.Null(await Lane.NextAsync(new ParkedSession("mx")));
        Assert.True(Lane.Enqueue(Waybills.Of("a"), 1));
        Assert.NotNull(Lane.First());
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
                    lane.Recovered();
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

    private static Lane NewLane(TimeProvider time) => new(new LaneKey(new SourceId("a"), new SiteId("sink.test")), time);
}
