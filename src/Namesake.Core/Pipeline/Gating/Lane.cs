using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>What waits in memory for one (source, site), who works on it, and its rest after failures.</summary>
/// <remarks>Waybills stand in one line per brand and destination. A session asks for more of its own destination first, because its connection can carry it, and
/// goes round the brands by <see cref="Turn{TKey}"/>; after a <see cref="Cost.Slice"/> it makes room when another destination has its turn. Sessions without work
/// park here; the newest parked is woken first, so that the others may time out. What the operator says of us rests the lane; a host that doesn't answer rests
/// its <see cref="Destination"/> only. After a rest one message probes, and success restores. Each session has one of the node's <see cref="SessionSlots"/>.</remarks>
public sealed partial class Lane(LaneKey key, SessionSlots slots, TimeProvider time)
{
    /// <summary>How much of its work a quick lane has in line: several times what fetching more from the spool takes, so that it never runs dry.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(100);

    /// <summary>The least time over which its pace is measured.</summary>
    private static readonly TimeSpan PaceOver = TimeSpan.FromMilliseconds(20);

    private const int MostTimes = 8;

    private readonly Lock _lock = new();
    private readonly LaneMail _mail = new();
    private readonly List<ParkedSession> _parked = [];
    private readonly ConnectionRamp _ramp = new();
    private bool _closing;
    private bool _retired;
    private int _sessions;
    private int _waiting;
    private int _connections;
    private int _troubled;
    private string? _answered; // the destination that was last noted to answer: most messages change nothing
    private Backoff? _backoff;
    private long _taken;
    private long _takenSince;
    private double _pace;

    public LaneKey Key { get; } = key;

    public int Waiting => Volatile.Read(ref _waiting);

    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>All sessions towards its site, of every source. Set with each slot it is given; while it has none it means nothing.</summary>
    internal SiteSlots? Site { get; set; }

    /// <summary>Those of the newest mail that was lined up; null: there was none.</summary>
    public SiteLimits? Limits { get; private set; }

    /// <summary>Most sessions it may have now: fewer than its limit while nobody knows what the receiver bears, one after a rest until a message got through.</summary>
    public int Width => Backoff is null ? Math.Min(Limits?.Connections ?? ConnectionRamp.Widest, _ramp.Width) : 1;

    /// <summary>Null when it isn't resting. A rest that is over stays here until a message got through: it makes the next one longer.</summary>
    public Backoff? Backoff => Volatile.Read(ref _backoff);

    public bool IsResting => Backoff is { } backoff && backoff.Until > time.GetUtcNow();

    /// <summary>The rest that keeps mail for a destination: the lane's, or its own; null when it may go.</summary>
    public Backoff? RestOf(string destination)
    {
        var now = time.GetUtcNow();
        if (Backoff is { } rest && rest.Until > now)
            return rest;
        if (Volatile.Read(ref _troubled) == 0)
            return null;
        lock (_lock)
            return _mail.Find(destination)?.Backoff is { } own && own.Until > now ? own : null;
    }

    /// <summary>Nobody of a destination answered over this lane's family when it was last tried. Once silent, it is tried again after its rest; twice in a row, when its rest is forgotten.</summary>
    public bool IsMute(string destination)
    {
        if (Volatile.Read(ref _troubled) == 0)
            return false;
        lock (_lock)
            return _mail.Find(destination) is { IsMute: true, Backoff: { } rest } && (rest.Failures > 1 || rest.Until > time.GetUtcNow());
    }

    /// <summary>A message was taken or refused by a destination not long ago, and nobody was silent there since.</summary>
    public bool HasAnswered(string destination)
    {
        lock (_lock)
            return _mail.Find(destination)?.HasAnswered == true;
    }

    /// <summary>After a rest, until a message got through: one probes, the others wait.</summary>
    /// <param name="destination">Null: asked of the lane alone.</param>
    public bool IsOnTrial(string? destination)
    {
        if (Backoff is not null)
            return true;
        if (destination is null || Volatile.Read(ref _troubled) == 0)
            return false;
        lock (_lock)
            return _mail.Find(destination)?.Backoff is not null;
    }

    /// <summary>Sets of hosts that rest alone, now.</summary>
    public IReadOnlyList<(string Destination, Backoff Backoff)> RestingDestinations()
    {
        if (Volatile.Read(ref _troubled) == 0)
            return [];
        var now = time.GetUtcNow();
        lock (_lock)
            return [.. _mail.Destinations.Where(destination => destination.IsResting(now)).Select(destination => (destination.Name, destination.Backoff!))];
    }

    /// <summary>Mail that slipped into line while its destination rested, and that no session is there for: it goes back.</summary>
    public IReadOnlyList<(string Destination, Backoff Backoff)> Stranded()
    {
        if (Volatile.Read(ref _troubled) == 0)
            return [];
        var now = time.GetUtcNow();
        lock (_lock)
            return [.. _mail.Destinations.Where(destination => destination is { Backoff: not null, Waiting: > 0 } && (destination.IsResting(now) || (destination.Sessions == 0 && !slots.Waits(Key))))
                .Select(destination => (destination.Name, destination.Backoff!))];
    }

    /// <summary>Puts a waybill in line.</summary>
    /// <param name="connections">Most sessions this lane may have.</param>
    /// <returns>True when the caller must start a session for it; false when one that exists will take it; null when this lane was retired: the gate has another.</returns>
    public bool? Enqueue(Waybill waybill, int connections)
    {
        lock (_lock)
        {
            if (_retired)
                return null;
            Limits = waybill.Route.Limits;
            _connections = connections;
            var key = waybill.Session;
            for (var i = _parked.Count - 1; i >= 0; i--)
            {
                if (_parked[i].Key != key)
                    continue;
                slots.Charge(Key, Cost.Of(waybill.Consignment));
                Wake(i, waybill);
                return false;
            }

            _mail.Add(waybill);
            Counted();
            if (!_mail.Of(key.Destination).TakesSession(time.GetUtcNow()))
                return false;
            if (!HasRoom(connections))
            {
                // All sessions are elsewhere: the one parked longest makes room by ending.
                if (_parked.Count > 0)
                    Wake(0, null);
                return false;
            }

            if (!slots.TryTake(this, Limits.ConnectionsInAll))
                return false;
            _sessions++;
            return true;
        }
    }

    /// <summary>The next waybill for a session, of its destination first; parks it when there is none.</summary>
    /// <returns>Null when the session should end: it idled too long, or other destinations or lanes have their turn.</returns>
    public ValueTask<Waybill?> NextAsync(ParkedSession session)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var destination = _mail.Of(session.Key.Destination);
            if (_closing || IsResting || destination.IsResting(now))
                return ValueTask.FromResult<Waybill?>(null);
            if (destination.Waiting > 0 && !HasHadEnough(session, destination, now))
            {
                var waybill = _mail.Take(destination)!;
                _taken++;
                var cost = Cost.Of(waybill.Consignment);
                session.Carried += cost;
                slots.Charge(Key, cost);
                Counted();
                return ValueTask.FromResult<Waybill?>(waybill);
            }

            if (destination.Waiting > 0 || _mail.Next(now) is not null || !slots.Park(this))
                return ValueTask.FromResult<Waybill?>(null);
            _parked.Add(session);
            return session.ParkAsync(time.GetTimestamp());
        }
    }

    /// <summary>A first waybill for a new session, of the brand whose turn it is; its caller says when it <see cref="Ended"/>. Null: nothing is left, and its caller releases the slot.</summary>
    public Waybill? First()
    {
        lock (_lock)
        {
            if (IsResting || _mail.Take(time.GetUtcNow()) is not { } waybill)
            {
                _sessions--;
                return null;
            }

            _taken++;
            slots.Charge(Key, Cost.Of(waybill.Consignment));
            Counted();
            _mail.Of(waybill.Route.Destination).Sessions++;
            return waybill;
        }
    }

    /// <summary>A session that <see cref="First"/> began is over.</summary>
    /// <returns>True: its slot is kept for the next. False: other lanes have their turn, and its caller releases the slot; this one waits for its own if it has more.</returns>
    public bool Ended(string destination)
    {
        lock (_lock)
        {
            var ended = _mail.Of(destination);
            ended.Sessions--;
            _mail.Reopen(ended);
            if (slots.Keeps(this))
                return true;
            _sessions--;
            if (MayBegin(own: 1))
                slots.Want(this, gaveUp: true);
            else
                MakeRoomHere();
            return false;
        }
    }

    /// <summary>Nobody uses it and there is nothing to remember: from now on it takes nothing.</summary>
    /// <returns>Whether it is retired.</returns>
    public bool TryRetire()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _troubled -= _mail.Forget(now);
            if (_answered is { } noted && _mail.Find(noted) is null)
                Volatile.Write(ref _answered, null); // what it noted is forgotten with it
            return _retired |= _sessions == 0 && _mail.IsEmpty && _parked.Count == 0 && (_backoff is null || _backoff.Until + Backoff.Remembered <= now);
        }
    }

    /// <summary>No session parks here any more: the relay stops, and nobody would wake it.</summary>
    public void Close()
    {
        lock (_lock)
            _closing = true;
    }

    /// <summary>Ends sessions that idled longer than this. Called about once a second for all lanes, so that parking needs no timer of its own.</summary>
    public void EndIdle(TimeSpan longest)
    {
        lock (_lock)
            EndParked(session => time.GetElapsedTime(session.ParkedAt) >= longest);
    }

    /// <summary>Takes everything that waits out of memory, for the spool to keep: the lane was held, rests, or the relay stops.</summary>
    public List<Waybill> Clear(bool endParked)
    {
        lock (_lock)
        {
            var waybills = _mail.Clear();
            Counted();
            if (endParked)
                EndParked(static _ => true);
            return waybills;
        }
    }

    /// <summary>Takes some out; the others keep their places.</summary>
    public List<Waybill> Clear(Func<Waybill, bool> which)
    {
        lock (_lock)
        {
            var waybills = _mail.Clear(which);
            Counted();
            return waybills;
        }
    }

    /// <summary>As <see cref="Clear(bool)"/>, for a destination that rests.</summary>
    public List<Waybill> Clear(string destination)
    {
        lock (_lock)
        {
            var waybills = _mail.Clear(_mail.Of(destination));
            Counted();
            EndParked(session => session.Key.Destination == destination);
            return waybills;
        }
    }

    /// <summary>Whether one more session is to begin for what waits: a success has widened the lane, or its site bears more.</summary>
    /// <param name="connections">Most sessions this lane may have; null: as it was last told.</param>
    /// <returns>True: its slot is taken, the caller starts it.</returns>
    public bool TakesAnother(int? connections = null)
    {
        if (Waiting == 0 || Sessions >= connections)
            return false;
        lock (_lock)
        {
            _connections = connections ?? _connections;
            if (!MayBegin() || !slots.TryTake(this, Limits?.ConnectionsInAll))
                return false;
            _sessions++;
            return true;
        }
    }

    /// <summary>How many more of a brand may come into memory for a destination: none while enough wait, one to try what rested; null while it rests.</summary>
    /// <param name="most">Enough, of a lane that is slow or new; one that empties its line in less than <see cref="Ahead"/> gets what it takes in that time, up to <see cref="MostTimes"/> as many.</param>
    public int? Allowance(string destination, BrandId brand, int most)
    {
        if (RestOf(destination) is not null)
            return null;
        lock (_lock)
        {
            if (_backoff is not null)
                return _mail.Waiting == 0 ? 1 : 0; // Not asked of sessions: one that is still saying QUIT must not cost the probe its turn.
            if (_mail.Find(destination) is { Backoff: not null } trial)
                return trial.Waiting == 0 ? 1 : 0;
            // Not one by one as they leave: each time costs a look and a commit.
            var (enough, waiting) = (AtPace(most), _mail.WaitingOf(brand));
            return waiting > enough / 2 ? 0 : enough - waiting;
        }
    }

    private int AtPace(int most)
    {
        if (time.GetElapsedTime(_takenSince) is var span && span >= PaceOver)
            (_pace, _taken, _takenSince) = (_taken / span.TotalSeconds, 0, time.GetTimestamp());
        return (int)Math.Clamp(_pace * Ahead.TotalSeconds, most, most * MostTimes);
    }

    /// <summary>What one brand has in line here: another's backlog is no reason to turn its mail away.</summary>
    public int WaitingOf(BrandId brand)
    {
        if (Waiting == 0)
            return 0;
        lock (_lock)
            return _mail.WaitingOf(brand);
    }

    /// <summary>Asked by tests and the status page.</summary>
    public IReadOnlyList<(BrandId Brand, int Count)> WaitingByBrand()
    {
        lock (_lock)
            return [.. _mail.CountByBrand()];
    }

    /// <summary>Whether one more session may begin. The place for what else limits a lane's sessions. On trial it is one until it has succeeded; after the first its site must bear more.</summary>
    /// <param name="own">As <see cref="SiteSlots.BearsMore"/>.</param>
    private bool HasRoom(int connections, int own = 0) =>
        _sessions == 0 || (_sessions < (_backoff is null ? Math.Min(connections, _ramp.Width) : 1) && Site?.BearsMore(own) != false);

    /// <summary>Whether a new session would have something to do, and may be.</summary>
    private bool MayBegin(int own = 0) => !_closing && !IsResting && HasRoom(_connections, own) && _mail.Next(time.GetUtcNow()) is not null;

    /// <summary>No session will begin for what waits: one that is parked for other mail ends, and takes it up.</summary>
    private void MakeRoomHere()
    {
        if (_parked.Count > 0 && _mail.Next(time.GetUtcNow()) is not null)
            Wake(0, null);
    }

    /// <summary>Whether a session must make room: another lane has its turn, or its slice is used up and a destination without a session has its turn.</summary>
    private bool HasHadEnough(ParkedSession session, Destination destination, DateTimeOffset now)
    {
        var sliceIsOver = session.Carried >= Cost.Slice;
        if (slots.MakesRoom(this, sliceIsOver))
            return true;
        if (!sliceIsOver)
            return false;
        session.Carried = 0;
        return _mail.Next(now) is { } next && next != destination && next.Sessions == 0;
    }

    private void EndParked(Predicate<ParkedSession> which)
    {
        for (var i = _parked.Count - 1; i >= 0; i--)
        {
            if (which(_parked[i]))
                Wake(i, null);
        }
    }

    private void Wake(int parked, Waybill? waybill)
    {
        var session = _parked[parked];
        _parked.RemoveAt(parked);
        if (_parked.Count == 0)
            slots.Unpark(this);
        session.Wake(waybill);
    }

    private void Counted() => Volatile.Write(ref _waiting, _mail.Waiting);
}
