using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>How many sessions the node may have at once, over all lanes and towards each site, and which lane gets the next.</summary>
/// <remarks>
/// <para>While slots are free a lane just takes one. When none is, lanes with waiting mail take turns for the next one by <see cref="Turn{TKey}"/>: a session counts for a
/// <see cref="Cost.Quantum"/>, what a connection costs, and all it carries for its own cost. A parked session of another lane is ended to make room, no session parks while
/// somebody waits, and one that has work gives its slot up after a <see cref="Cost.Slice"/>; after its message already, when a newcomer has its turn, or a lane with two
/// sessions fewer: who comes new is served as if alone for a <see cref="Cost.Slice"/> (some eight sessions), who stays has its share as soon as messages end,
/// and among equals connections are not made in vain.</para>
/// <para>A lane whose site has all the sessions it may have steps aside and takes turns with the others of that site; when one of the site's sessions ends, the one
/// whose turn it is comes back into the round. A slot given to a lane that has no use for it any more goes to the next.</para>
/// <para>What a site bears from all sources together nobody knows at first. Lanes ask <see cref="SiteSlots.Bears"/> before they take a second session: a first one each always has, so that
/// no source waits for what another has met, a silent host least of all.</para>
/// <para>Its lock is taken inside a lane's and never the other way round: lanes are given to the caller to be spoken to.</para>
/// </remarks>
/// <param name="most">Sessions of the node at once; at least 1.</param>
/// <param name="headroom">Asked above the sessions it keeps descriptors for; null: the machine sets no bound.</param>
public sealed class SessionSlots(int most, IHeadroom? headroom = null)
{
    private sealed class Wish(Lane lane)
    {
        public Lane Lane { get; set; } = lane;

        /// <summary>Stepped aside: its site is full.</summary>
        public bool IsAside { get; set; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<SiteId, SiteSlots> _sites = [];
    private readonly Dictionary<LaneKey, Wish> _wishes = [];
    private readonly LinkedList<Lane> _idle = new();
    private readonly Dictionary<Lane, LinkedListNode<Lane>> _idlers = [];
    private Turn<LaneKey> _turn = new(Cost.Slice);
    private int _taken;
    private int _ending;
    private int _waiting;

    /// <summary>Sessions the node may have at once.</summary>
    public int Most => most;

    /// <summary>Those there are.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Lanes that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Whether a lane waits for a slot.</summary>
    public bool Waits(LaneKey lane)
    {
        if (Waiting == 0)
            return false;
        lock (_lock)
            return _wishes.ContainsKey(lane);
    }

    /// <summary>One more session for a lane that has mail and room. Who has to wait is in the round from then on.</summary>
    /// <param name="inAll">As <see cref="SiteLimits.ConnectionsInAll"/>.</param>
    /// <returns>Whether it may begin now.</returns>
    internal bool TryTake(Lane lane, int? inAll)
    {
        lock (_lock)
        {
            var site = SiteOf(lane.Key.Site);
            if (site.Most != inAll)
            {
                site.Most = inAll;
                while (site.Aside.Active > 0)
                    Back(site);
            }

            if (_turn.Active == 0 && site.Aside.Active == 0 && site.HasRoom && HasFree())
            {
                Take(lane, site);
                return true;
            }

            Want(lane, site, gaveUp: false);
            return false;
        }
    }

    /// <summary>It has mail that no session of its own will carry.</summary>
    /// <param name="gaveUp">It has just given up a slot for others: that makes nobody a newcomer.</param>
    internal void Want(Lane lane, bool gaveUp)
    {
        lock (_lock)
            Want(lane, SiteOf(lane.Key.Site), gaveUp);
    }

    /// <summary>The lane whose turn it is, with a slot taken for it: it begins a session, or the slot is released. Null when nobody waits or nothing is free.</summary>
    internal Lane? Next()
    {
        if (Waiting == 0)
            return null;
        lock (_lock)
        {
            while (_turn.TryFront(out var key))
            {
                var (wish, site) = (_wishes[key], SiteOf(key.Site));
                if (!site.HasRoom)
                {
                    _turn.Leave(key);
                    wish.IsAside = true;
                    Join(site.Aside, wish.Lane);
                    continue;
                }

                if (!HasFree())
                    return null;
                Take(wish.Lane, site);
                _turn.Charge(key, Cost.Quantum);
                site.Aside.Charge(key, Cost.Quantum);
                _turn.Leave(key);
                _wishes.Remove(key);
                site.Wishes--;
                Counted();
                return wish.Lane;
            }

            return null;
        }
    }

    /// <summary>A session is over, or one that was to begin does not.</summary>
    internal void Release(Lane lane)
    {
        lock (_lock)
        {
            var site = SiteOf(lane.Key.Site);
            Volatile.Write(ref _taken, _taken - 1);
            site.Release();
            NotEnding(site);
            if (site.Aside.Active > 0)
                Back(site);
            else if (site is { Taken: 0, Wishes: 0 })
                _sites.Remove(lane.Key.Site); // What limits it its lanes say again with the next.
        }
    }

    /// <summary>Sessions towards a site from all sources, and how many it is known to bear.</summary>
    public (int Taken, int Bears) Of(SiteId site)
    {
        lock (_lock)
            return _sites.TryGetValue(site, out var slots) ? (slots.Taken, slots.Bears) : (0, ConnectionRamp.FirstInAll);
    }

    /// <summary>Sites that are remembered now.</summary>
    internal int Sites
    {
        get
        {
            lock (_lock)
                return _sites.Count;
        }
    }

    /// <summary>Whether a session of this lane that has more to do makes room for another lane.</summary>
    /// <param name="sliceIsOver">It has carried a <see cref="Cost.Slice"/>.</param>
    internal bool MakesRoom(Lane lane, bool sliceIsOver)
    {
        if (Waiting == 0)
            return false;
        lock (_lock)
        {
            if (!OthersWaitFor(lane))
                return false;
            if (sliceIsOver)
                return true;
            var site = SiteOf(lane.Key.Site);
            var turn = site.Aside.Active > 0 ? site.Aside : _turn;
            if (!turn.TryFront(out var next) || next == lane.Key)
                return false;
            // Those that are ending already count for the lane they end for.
            var (waiting, ending) = (_wishes[next].Lane, turn == _turn ? _ending : site.Ending);
            if (ending >= Math.Max(turn.Active, waiting.Waiting) || (!turn.IsNewcomer(next) && waiting.Sessions + ending + 1 >= lane.Sessions - ending))
                return false;
            _ending++;
            site.Ending++;
            return true;
        }
    }

    /// <summary>A session is over and its lane has more to do.</summary>
    /// <returns>True: it keeps the slot. False: others have their turn, it is to be released.</returns>
    internal bool Keeps(Lane lane)
    {
        if (Waiting == 0)
            return true;
        lock (_lock)
        {
            if (OthersWaitFor(lane))
                return false;
            NotEnding(SiteOf(lane.Key.Site));
            return true;
        }
    }

    /// <summary>What a lane was served, while others wait.</summary>
    internal void Charge(LaneKey lane, long cost)
    {
        if (Waiting == 0)
            return;
        lock (_lock)
        {
            _turn.Charge(lane, cost);
            if (_sites.TryGetValue(lane.Site, out var site))
                site.Aside.Charge(lane, cost);
        }
    }

    /// <summary>A session of the lane is about to park.</summary>
    /// <returns>False: it must end instead, others wait.</returns>
    internal bool Park(Lane lane)
    {
        lock (_lock)
        {
            if (OthersWaitFor(lane))
                return false;
            if (_idlers.ContainsKey(lane))
                return true;
            _idlers.Add(lane, _idle.AddLast(lane));
            SiteOf(lane.Key.Site).Idle++;
            return true;
        }
    }

    /// <summary>No session of the lane is parked any more.</summary>
    internal void Unpark(Lane lane)
    {
        lock (_lock)
        {
            if (!_idlers.Remove(lane, out var node))
                return;
            _idle.Remove(node);
            SiteOf(lane.Key.Site).Idle--;
        }
    }

    /// <summary>A lane with a parked session that is to end for one that waits; null when there is none, or enough are ending.</summary>
    internal Lane? IdlerFor(Lane waiting)
    {
        if (Waiting == 0)
            return null;
        lock (_lock)
        {
            if (!_wishes.TryGetValue(waiting.Key, out var wish))
                return null;
            var own = SiteOf(waiting.Key.Site);
            // In the round with room for it: it begins at once, nobody's connection has to end.
            if (wish.IsAside ? own.Aside.Active <= own.Ending || own.Idle == 0 : _turn.Active <= _ending || (own.HasRoom && HasFree()))
                return null;
            var node = _idle.First;
            while (wish.IsAside && node is not null && node.Value.Key.Site != waiting.Key.Site)
                node = node.Next;
            if (node is null)
                return null;
            // To the end, so that the next one asked for is another lane's.
            _idle.Remove(node);
            _idle.AddLast(node);
            _ending++;
            SiteOf(node.Value.Key.Site).Ending++;
            return node.Value;
        }
    }

    /// <summary>The lane that was to end a session had none parked any more: all of them are at work, and look at the end of their slice.</summary>
    internal void NoneEnded(Lane lane)
    {
        lock (_lock)
            if (_sites.TryGetValue(lane.Key.Site, out var site))
                NotEnding(site);
    }

    private bool OthersWaitFor(Lane lane)
    {
        if (_wishes.Count == 0)
            return false;
        var own = _wishes.GetValueOrDefault(lane.Key);
        if (_turn.Active > (own is { IsAside: false } ? 1 : 0))
            return true;
        return _sites.TryGetValue(lane.Key.Site, out var site) && site.Aside.Active > (own is { IsAside: true } ? 1 : 0);
    }

    private void Want(Lane lane, SiteSlots site, bool gaveUp)
    {
        if (_wishes.TryGetValue(lane.Key, out var wish))
        {
            wish.Lane = lane; // The one before was retired.
            return;
        }

        _wishes.Add(lane.Key, wish = new Wish(lane) { IsAside = !site.HasRoom });
        site.Wishes++;
        Join(wish.IsAside ? site.Aside : _turn, lane, gaveUp ? 1 : 0);
        Counted();
    }

    private void Back(SiteSlots site)
    {
        if (!site.Aside.TryFront(out var next))
            return;
        site.Aside.Leave(next);
        var wish = _wishes[next];
        wish.IsAside = false;
        Join(_turn, wish.Lane);
    }

    // Who took its sessions while slots were free comes into the round with them, not as one that has nothing yet.
    private static void Join(Turn<LaneKey> turn, Lane lane, int gaveUp = 0) => turn.Join(lane.Key, Cost.Quantum * (lane.Sessions + gaveUp));

    private void Take(Lane lane, SiteSlots site)
    {
        Volatile.Write(ref _taken, _taken + 1);
        site.Take();
        lane.Site = site;
    }

    private void NotEnding(SiteSlots site)
    {
        _ending = Math.Max(0, _ending - 1);
        site.Ending = Math.Max(0, site.Ending - 1);
    }

    private void Counted()
    {
        Volatile.Write(ref _waiting, _wishes.Count);
        if (_wishes.Count > 0)
            return;
        // Nobody waits: nobody owes anybody anything, and no ending is waited for.
        _turn = new Turn<LaneKey>(Cost.Slice);
        _ending = 0;
        foreach (var site in _sites.Values)
            site.Forgive();
    }

    private bool HasFree() => _taken < most && (headroom is null || _taken < headroom.Sessions || headroom.Shortage() is null);

    private SiteSlots SiteOf(SiteId id)
    {
        if (!_sites.TryGetValue(id, out var site))
            _sites.Add(id, site = new SiteSlots());
        return site;
    }
}
