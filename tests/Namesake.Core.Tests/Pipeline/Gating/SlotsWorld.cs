using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;
using Namesake.Core.Tests.Pipeline.Dispatching;

namespace Namesake.Core.Tests.Pipeline.Gating;

/// <summary>Lanes with sessions that a test moves by hand, one message at a time: what the dispatcher does with a gate, without sockets.</summary>
internal sealed class SlotsWorld
{
    internal sealed class Session(Lane lane, Waybill first)
    {
        public Lane Lane { get; } = lane;

        public string Destination { get; } = first.Route.Destination;

        public ParkedSession Place { get; } = new(first.Session);

        public ValueTask<Waybill?>? Parked { get; set; }
    }

    private long _id;

    public SlotsWorld(int most, IHeadroom? headroom = null)
    {
        Slots = new SessionSlots(most, headroom);
        Gate = new Gate(new PaperStandings(Time), new Suspensions(new MemoryStore(), Time, NullLogger.Instance), Slots, new WarmUps(() => new SourceDirectory([]), Time, NullLogger.Instance), Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public SessionSlots Slots { get; }

    public Gate Gate { get; }

    public List<Session> Sessions { get; } = [];

    /// <summary>Lanes of the messages sent, in their order.</summary>
    public List<LaneKey> Sent { get; } = [];

    /// <summary>Sessions that were ever begun: connections made.</summary>
    public int Begun { get; private set; }

    public static LaneKey Key(string source, string site = "sink.test") => new(new SourceId(source), new SiteId(site));

    public void LineUp(LaneKey key, int messages = 1, string destination = "mx", int? inAll = null)
    {
        for (var i = 0; i < messages; i++)
        {
            var waybill = Waybills.Of("acme", destination, ++_id);
            waybill = waybill with { Route = waybill.Route with { Limits = new SiteLimits { ConnectionsInAll = inAll } } };
            if (Gate.LineUp(key, waybill) is { } lane)
                Work(lane);
            else
                Begin();
        }
    }

    /// <summary>The session's message is sent, or what it was parked for has come.</summary>
    /// <returns>False: it is parked, and nobody has woken it.</returns>
    public bool Move(Session session)
    {
        var next = session.Parked ?? session.Lane.NextAsync(session.Place);
        if (!next.IsCompleted)
        {
            session.Parked = next;
            return false;
        }

        session.Parked = null;
        if (next.Result is not null)
        {
            Sent.Add(session.Lane.Key);
            return true;
        }

        End(session);
        return true;
    }

    /// <summary>The receiver takes messages of a lane that has a session.</summary>
    public void Succeed(Lane lane, string destination = "mx", int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            lane.Recovered(destination);
            if (lane.TakesAnother(connections: 10))
            {
                Work(lane);
            }
            else
            {
                Gate.MakeRoomFor(lane);
                Begin();
            }
        }
    }

    /// <summary>The dispatcher's second has come round.</summary>
    public void Tend()
    {
        foreach (var lane in Gate.Lanes)
            if (lane.TakesAnother())
                Work(lane);
            else
                Gate.MakeRoomFor(lane);
        Begin();
    }

    /// <summary>Its connection has carried all it may: another takes its place, if it still has one.</summary>
    public void End(Session session)
    {
        Sessions.Remove(session);
        if (session.Lane.Ended(session.Destination))
        {
            Gate.MakeRoomFor(session.Lane);
            Work(session.Lane);
        }
        else
        {
            Release(session.Lane);
        }
    }

    /// <summary>Every session sends a message, over and over, until nothing moves.</summary>
    public void Run()
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var session in Sessions.ToArray())
                moved |= Move(session);
        }
    }

    public void Begin()
    {
        while (Gate.NextToBegin() is { } lane)
            Work(lane);
    }

    private void Work(Lane lane)
    {
        if (lane.First() is not { } first)
        {
            Release(lane);
            return;
        }

        Sent.Add(lane.Key);
        Begun++;
        Sessions.Add(new Session(lane, first));
    }

    private void Release(Lane lane)
    {
        Slots.Release(lane);
        Begin();
    }
}
