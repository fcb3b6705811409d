using CsCheck;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class SessionSlotsTests
{
    // What a session carries before it makes room, of the tests' messages.
    private const int Slice = 38;

    private static readonly LaneKey Big = SlotsWorld.Key("a", "big.test");
    private static readonly LaneKey Small = SlotsWorld.Key("a", "small.test");
    private static readonly SiteId Sink = new("sink.test");

    [Fact]
    public void All_lanes_together_have_no_more_sessions_than_the_node_may()
    {
        var world = new SlotsWorld(7);
        for (var i = 0; i < 20; i++)
            world.LineUp(SlotsWorld.Key("a", $"site{i}.test"), 10);

        // Each lane begins with five at most: the second has two and wants more.
        Assert.Equal((7, 7, 19), (world.Sessions.Count, world.Slots.Taken, world.Slots.Waiting));
        world.Run();
        Assert.Equal(200, world.Sent.Count);
        Assert.Equal(0, world.Slots.Waiting);
    }

    [Fact]
    public void A_lane_with_thousands_makes_room_after_its_slice_for_anothers_three()
    {
        var world = new SlotsWorld(1);
        world.LineUp(Big, 5_000);
        world.Move(world.Sessions[0]);
        world.LineUp(Small, 3);

        world.Run();

        Assert.InRange(world.Sent.IndexOf(Small), 1, Slice + 2);
        Assert.Equal(3, world.Sent.SkipWhile(lane => lane == Big).TakeWhile(lane => lane == Small).Count());
        Assert.Equal((5_000, 3), (world.Sent.Count(lane => lane == Big), world.Sent.Count(lane => lane == Small)));
    }

    [Fact]
    public void A_lane_that_comes_new_has_all_sessions_for_a_while_and_then_its_share()
    {
        var world = new SlotsWorld(4);
        world.LineUp(Big, 5_000);
        Assert.Equal(4, world.Sessions.Count);
        world.LineUp(Small, 500);

        Round(world, 2);
        Assert.InRange(world.Sessions.Count(session => session.Lane.Key == Small), 3, 4);

        Round(world, 60);
        Assert.InRange(world.Sessions.Count(session => session.Lane.Key == Big), 1, 3);
        world.Run();
        Assert.Equal((5_000, 500, 4), (world.Sent.Count(lane => lane == Big), world.Sent.Count(lane => lane == Small), world.Sessions.Count));
    }

    /// <summary>What a sender of little is promised: a round is what a message takes, and alone its ten would take one.</summary>
    [Fact]
    public void Ten_messages_of_a_source_that_comes_new_wait_one_message_of_the_source_that_fills_the_site()
    {
        var world = new SlotsWorld(100);
        var (full, fresh) = (SlotsWorld.Key("full"), SlotsWorld.Key("fresh"));
        Widen(world, fresh);
        Widen(world, full);
        world.LineUp(full, 10_000, inAll: 10);
        Assert.Equal(10, world.Sessions.Count);
        world.Succeed(world.Gate.FindLane(full)!, times: 10); // the site bears twenty

        for (var visit = 0; visit < 3; visit++)
        {
            var before = world.Sent.Count;
            world.LineUp(fresh, 10, inAll: 10);
            Round(world, 2);

            Assert.Equal(10, world.Sent.Skip(before).Count(sent => sent == fresh));
            Round(world, 3);
            Assert.Equal(10, world.Sessions.Count(session => session.Lane.Key == full));
            Round(world, 100); // Its debt is paid.
        }
    }

    [Fact]
    public void Two_sources_that_fill_a_site_share_its_sessions_and_connect_seldom()
    {
        var world = new SlotsWorld(100);
        var (one, other) = (SlotsWorld.Key("one"), SlotsWorld.Key("other"));
        world.LineUp(one, 4_000, inAll: 10);
        world.LineUp(other, 4_000, inAll: 10);
        Round(world, 30);

        var (sent, begun) = (world.Sent.Count, world.Begun);
        Round(world, 300);

        var (ofOne, ofOther) = (world.Sent.Skip(sent).Count(lane => lane == one), world.Sent.Skip(sent).Count(lane => lane == other));
        Assert.InRange(Math.Abs(ofOne - ofOther), 0, (ofOne + ofOther) / 10);
        Assert.InRange(world.Begun - begun, 0, (ofOne + ofOther) / 20);
    }

    // So many messages got through that it may have all connections there are.
    private static void Widen(SlotsWorld world, LaneKey key)
    {
        world.LineUp(key, 1, inAll: 10);
        world.Run();
        for (var i = 0; i < 10; i++)
            world.Gate.FindLane(key)!.Recovered("mx");
        world.Gate.FindLane(key)!.EndIdle(TimeSpan.Zero);
        world.Run();
    }

    private static void Round(SlotsWorld world, int rounds)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var session in world.Sessions.ToArray())
                world.Move(session);
    }

    [Fact]
    public void Lanes_that_all_have_more_than_enough_get_the_same()
    {
        var world = new SlotsWorld(3);
        var lanes = Enumerable.Range(0, 10).Select(i => SlotsWorld.Key("a", $"site{i}.test")).ToList();
        foreach (var lane in lanes)
            world.LineUp(lane, 2_000);

        while (world.Sent.Count < 6_000)
            foreach (var session in world.Sessions.ToArray())
                world.Move(session);

        var shares = lanes.Select(lane => world.Sent.Count(sent => sent == lane)).ToList();
        // An advance is a slice, and the round waits for some of them.
        Assert.InRange(shares.Max() - shares.Min(), 0, 4 * (Slice + 1));
    }

    [Fact]
    public void A_parked_session_of_another_lane_ends_to_make_room()
    {
        var world = new SlotsWorld(2);
        world.LineUp(Big, 2);
        world.Run();
        Assert.Equal(2, world.Sessions.Count(session => session.Parked is not null));

        world.LineUp(Small);
        world.Run();

        Assert.Equal([Big, Big, Small], world.Sent);
        Assert.Equal(2, world.Slots.Taken);
    }

    [Fact]
    public void Only_as_many_parked_sessions_end_as_are_needed()
    {
        var world = new SlotsWorld(4);
        world.LineUp(Big, 4);
        world.Run();

        world.LineUp(Small, 2);
        world.Run();

        Assert.Equal(2, world.Sessions.Count(session => session.Lane.Key == Small));
        Assert.Equal(2, world.Sessions.Count(session => session.Lane.Key == Big));
    }

    [Fact]
    public void No_session_parks_while_another_lane_waits()
    {
        var world = new SlotsWorld(1);
        world.LineUp(Big);
        world.LineUp(Small);

        world.Move(world.Sessions[0]);

        Assert.Equal([Big, Small], world.Sent);
    }

    [Fact]
    public void Sources_towards_one_site_share_what_it_allows_in_all_and_others_go_past_it()
    {
        var world = new SlotsWorld(100);
        var lanes = Enumerable.Range(0, 6).Select(i => SlotsWorld.Key($"s{i}")).ToList();
        foreach (var lane in lanes)
            world.LineUp(lane, 100, inAll: 2);
        world.LineUp(Small, 5);
        Assert.Equal((2, 5), (world.Sessions.Count(session => session.Lane.Key != Small), world.Sessions.Count(session => session.Lane.Key == Small)));

        while (world.Sent.Count < 605)
            foreach (var session in world.Sessions.ToArray())
            {
                world.Move(session);
                Assert.InRange(world.Sessions.Count(other => other.Lane.Key != Small), 0, 2);
            }

        var first = world.Sent.Where(sent => sent != Small).Take(lanes.Count * (Slice + 2)).ToList();
        Assert.All(lanes, lane => Assert.Contains(lane, first));
        Assert.All(lanes, lane => Assert.Equal(100, world.Sent.Count(sent => sent == lane)));
    }

    [Fact]
    public void A_site_that_may_have_more_after_a_reload_has_them_with_the_next_message()
    {
        var world = new SlotsWorld(100);
        world.LineUp(SlotsWorld.Key("s0"), 5, inAll: 1);
        world.LineUp(SlotsWorld.Key("s1"), 5, inAll: 1);
        Assert.Single(world.Sessions);

        world.LineUp(SlotsWorld.Key("s2"), 1, inAll: 3);

        Assert.Equal(3, world.Sessions.Count);
    }

    [Fact]
    public void Twenty_sources_begin_with_ten_connections_and_one_more_for_each_that_has_none_and_what_the_site_takes_lets_more_come()
    {
        var world = new SlotsWorld(1_000);
        for (var i = 0; i < 20; i++)
            world.LineUp(SlotsWorld.Key($"s{i}"), 3);
        world.LineUp(Small, 3);
        Assert.Equal([3, 3, 3, .. Enumerable.Repeat(1, 17)], world.Gate.Lanes.Where(lane => lane.Key != Small).Select(lane => lane.Sessions).OrderDescending());
        Assert.Equal(3, world.Gate.FindLane(Small)!.Sessions);

        var last = world.Gate.FindLane(SlotsWorld.Key("s19"))!;
        world.Succeed(last, times: 16);
        Assert.Equal((26, 26), world.Slots.Of(Sink));
        world.Succeed(last);
        Assert.Equal((2, (27, 27)), (last.Sessions, world.Slots.Of(Sink)));
        world.Succeed(world.Gate.FindLane(SlotsWorld.Key("s0"))!, times: 10);
        world.Tend(); // the others hear of it within the second
        Assert.Equal((37, 37), world.Slots.Of(Sink));
        Assert.DoesNotContain(world.Gate.Lanes, lane => lane.Key != last.Key && lane.Key.Source.Value.Length == 3 && lane.Sessions > 2); // one each
        world.Run();

        Assert.Equal((63, 0), (world.Sent.Count, world.Slots.Waiting));
    }

    [Fact]
    public void Messages_over_few_connections_do_not_show_that_a_site_bears_many()
    {
        var world = new SlotsWorld(1_000);
        world.LineUp(SlotsWorld.Key("s0"));

        world.Succeed(world.Sessions[0].Lane, times: 1_000);

        Assert.Equal((1, ConnectionRamp.FirstInAll), world.Slots.Of(Sink));
    }

    [Fact]
    public void A_source_that_is_asked_for_less_leaves_half_to_all_of_them_and_one_that_fails_leaves_it_as_it_was()
    {
        var world = new SlotsWorld(1_000);
        for (var i = 0; i < 20; i++)
            world.LineUp(SlotsWorld.Key($"s{i}"), 100);
        for (var second = 0; second < 4; second++)
        {
            world.Succeed(world.Gate.FindLane(SlotsWorld.Key("s0"))!, times: 30);
            world.Tend();
        }

        var (taken, bears) = world.Slots.Of(Sink);
        Assert.InRange(taken, 60, bears);

        Rest("s1", "out of sockets of our own", null);
        Assert.Equal((taken, bears), world.Slots.Of(Sink));
        Rest("s2", "too many connections", LaneTrouble.SlowDown);
        Rest("s3", "too many connections", LaneTrouble.SlowDown); // said to all of one operator's addresses at once: it is one word
        Assert.Equal((taken, taken / 2), world.Slots.Of(Sink));
        for (var source = 4; source < 10; source++)
        {
            world.Time.Advance(LaneTrouble.SlowDown);
            world.Run(); // those who rest end
            Rest($"s{source}", "too many connections", LaneTrouble.SlowDown);
        }

        Assert.Equal(ConnectionRamp.FirstInAll, world.Slots.Of(Sink).Bears);

        void Rest(string source, string why, TimeSpan? wait)
        {
            var lane = world.Gate.FindLane(SlotsWorld.Key(source))!;
            lane.Rest(why, wait);
            lane.Clear(endParked: true);
        }
    }

    [Fact]
    public void A_site_without_connections_is_forgotten_and_begins_anew_whoever_waits_elsewhere()
    {
        var world = new SlotsWorld(1_000);
        world.LineUp(SlotsWorld.Key("s0", "full.test"), 3, inAll: 1);
        Assert.Equal(1, world.Slots.Waiting);
        for (var i = 0; i < 4; i++)
            world.LineUp(SlotsWorld.Key($"s{i}"), 3, inAll: 20);
        world.Succeed(world.Gate.FindLane(SlotsWorld.Key("s0"))!, times: 10);
        Assert.True(world.Slots.Of(Sink).Bears > ConnectionRamp.FirstInAll);

        while (world.Sessions.Exists(session => session.Lane.Key.Site == Sink))
        {
            foreach (var session in world.Sessions.Where(session => session.Lane.Key.Site == Sink).ToArray())
                world.Move(session);
            foreach (var lane in world.Gate.Lanes.Where(lane => lane.Key.Site == Sink))
                lane.EndIdle(TimeSpan.Zero);
        }

        Assert.Equal((0, ConnectionRamp.FirstInAll), world.Slots.Of(Sink));
        Assert.Equal(1, world.Slots.Sites);
        world.Run();
        foreach (var lane in world.Gate.Lanes)
            lane.EndIdle(TimeSpan.Zero);
        world.Run();
        Assert.Equal(0, world.Slots.Sites);
    }

    [Fact]
    public void A_silent_host_of_a_site_keeps_no_source_from_its_other_hosts()
    {
        var world = new SlotsWorld(1_000);
        for (var i = 0; i < 4; i++)
            world.LineUp(SlotsWorld.Key($"s{i}"), 5, "dead");
        for (var i = 4; i < 100; i++)
            world.LineUp(SlotsWorld.Key($"s{i}"), 1, "alive");

        Assert.Equal(96, world.Sessions.Count(session => session.Destination == "alive"));
    }

    [Fact]
    public void Nobodys_connection_ends_for_a_lane_that_has_room()
    {
        var world = new SlotsWorld(1_000);
        var other = SlotsWorld.Key("a", "other.test");
        world.LineUp(other);
        world.Run();
        Assert.True(Assert.Single(world.Sessions).Parked.HasValue);
        world.LineUp(SlotsWorld.Key("s0"), 5, inAll: 2);
        world.LineUp(SlotsWorld.Key("s1"), 5, inAll: 2);

        world.LineUp(SlotsWorld.Key("s2"), 5, inAll: 9); // after a reload: all who stepped aside come back into the round
        world.Move(world.Sessions.First(session => session.Lane.Key == other));

        Assert.Contains(world.Sessions, session => session.Lane.Key == other);
    }

    [Fact]
    public void While_descriptors_run_short_sessions_begin_only_out_of_what_is_kept_for_them()
    {
        var headroom = new Headroom { Why = "short" };
        var world = new SlotsWorld(100, headroom);
        for (var i = 0; i < 5; i++)
            world.LineUp(SlotsWorld.Key("a", $"site{i}.test"), 2);
        Assert.Equal(2, world.Sessions.Count);

        headroom.Why = null;
        world.Begin();

        Assert.Equal(10, world.Sessions.Count);
    }

    [Fact]
    public void A_slot_given_to_a_lane_that_has_nothing_more_goes_to_the_next()
    {
        var world = new SlotsWorld(1);
        world.LineUp(Big);
        world.LineUp(Small);
        world.LineUp(SlotsWorld.Key("a", "third.test"));
        world.Gate.FindLane(Small)!.Clear(endParked: true);

        world.Run();

        Assert.Equal(["big.test", "third.test"], world.Sent.Select(lane => lane.Site.Value));
    }

    /// <summary>Whatever happens in whatever order: never more sessions than the node or a site may have, no slot is lost, and at the end no lane is stuck.</summary>
    [Fact]
    public void No_slot_is_lost_and_no_lane_is_stuck_on_any_walk() =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 6], Gen.Const(60)), Gen.Int[0, 3], Gen.Select(Gen.Int[0, 11], Gen.Int[0, 15], Gen.Int[0, 99]).Array[0, 300]).Sample((most, inAll, steps) =>
        {
            var world = new SlotsWorld(most);
            foreach (var (what, lane, which) in steps)
                Step(world, what, lane, which, inAll == 0 || lane % 4 > 1 ? null : inAll, most);
            // What rests has rested, what waits is sent: as the dispatcher's clock would have it.
            for (var rounds = 0; rounds < 3; rounds++)
            {
                world.Time.Advance(Backoff.Longest);
                for (var lane = 0; lane < 16; lane++)
                    if (world.Gate.FindLane(KeyOf(lane)) is { Backoff: not null } rested && rested.Waiting == 0)
                        world.LineUp(KeyOf(lane));
                world.Run();
            }

            foreach (var lane in world.Gate.Lanes)
            {
                Assert.Equal(0, lane.Waiting);
                lane.EndIdle(TimeSpan.Zero);
            }

            world.Run();
            Assert.Empty(world.Sessions);
            Assert.Equal((0, 0), (world.Slots.Taken, world.Slots.Waiting));
        });

    private static void Step(SlotsWorld world, int what, int lane, int which, int? inAll, int most)
    {
        var key = KeyOf(lane);
        switch (what)
        {
            case < 4 when world.Gate.FindLane(key)?.RestOf($"mx{which % 2}") is null:
                world.LineUp(key, 1 + (which % 3), $"mx{which % 2}", inAll);
                break;
            case < 9 when world.Sessions.Count > 0:
                world.Move(world.Sessions[which % world.Sessions.Count]);
                break;
            case 9 when world.Gate.FindLane(key) is { } failed:
                failed.Rest("down", null);
                failed.Clear(endParked: true);
                break;
            case 10 when world.Gate.FindLane(key) is { Sessions: > 0 } got:
                world.Succeed(got, $"mx{which % 2}");
                break;
            case 11:
                world.Time.Advance(TimeSpan.FromSeconds(which));
                world.Gate.Prune();
                break;
        }

        Assert.InRange(world.Slots.Taken, 0, most);
        Assert.Equal(world.Slots.Taken, world.Gate.Lanes.Sum(each => each.Sessions));
        foreach (var site in world.Gate.Lanes.GroupBy(each => each.Key.Site))
            Assert.Equal(site.Sum(each => each.Sessions), world.Slots.Of(site.Key).Taken);
        foreach (var site in world.Gate.Lanes.Where(each => each.Limits?.ConnectionsInAll is not null).GroupBy(each => each.Key.Site))
            Assert.InRange(site.Sum(each => each.Sessions), 0, site.First().Limits!.ConnectionsInAll!.Value);
    }

    // Four sources towards each of four sites.
    private static LaneKey KeyOf(int lane) => SlotsWorld.Key($"s{lane / 4}", $"site{lane % 4}.test");

    private sealed class Headroom : IHeadroom
    {
        public string? Why { get; set; }

        public int Sessions => 2;

        public string? Shortage() => Why;
    }
}
