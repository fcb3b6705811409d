namespace Namesake.Core.Pipeline.Gating;

/// <summary>Whose turn it is: deficit round robin, with the newcomers' list of fq_codel. Knows nothing of mail; whoever owns it locks it.</summary>
/// <remarks>
/// <para>Everybody in the round has a credit. Who is in front and has some is served; what was served is charged afterwards, so a credit may go below zero, and
/// such a debt is paid off with one <see cref="Cost.Quantum"/> a round before the next service (Shreedhar and Varghese 1996, with the surplus kept instead of the
/// deficit). Over time everybody gets the same cost, not the same number.</para>
/// <para>A newcomer goes before the round, for one quantum (RFC 8290 §4.1.2) and what is advanced to it: who sends little is served as if alone. Several newcomers take
/// turns by the quantum. An advance is a debt like any other. Leaving does not make a newcomer: who has left keeps place and debt until the round has come by
/// with the debt paid, and who is back before that simply goes on. So nobody gains by coming and going. However many newcomers there are, the round gets a quarter: one
/// customer's mail to a hundred thousand domains is a hundred thousand newcomers.</para>
/// </remarks>
/// <param name="advance">How far a newcomer may go into debt before it is one of the round.</param>
internal sealed class Turn<TKey>(long advance = 0) where TKey : notnull
{
    private sealed class Place(TKey key, long credit)
    {
        public TKey Key { get; } = key;
        public long Credit { get; set; } = credit;
        public bool IsActive { get; set; } = true;

        /// <summary>Of a newcomer: what is left until the next newcomer has its turn.</summary>
        public long Visit { get; set; } = Cost.Quantum;

        /// <summary>Has not used up its advance since it came.</summary>
        public bool IsNew { get; set; }
    }

    private readonly Dictionary<TKey, LinkedListNode<Place>> _places = [];
    private readonly LinkedList<Place> _new = new();
    private readonly LinkedList<Place> _round = new();

    /// <summary>What newcomers may be served in a row while the round waits.</summary>
    private const long MostInARow = 32 * Cost.Quantum;

    private int _activeNew;
    private long _inARow;

    /// <summary>How many wait for their turn.</summary>
    public int Active { get; private set; }

    /// <summary>Those that wait, in no order.</summary>
    public IEnumerable<TKey> Keys => _places.Values.Where(node => node.Value.IsActive).Select(node => node.Value.Key);

    /// <summary>Whether it goes before the round.</summary>
    public bool IsNewcomer(TKey key) => _places.TryGetValue(key, out var node) && MayGoFirst(node.Value);

    /// <summary>Has something to be served. Nothing happens when it had before.</summary>
    /// <param name="served">What it has had already, and owes: who comes with something is no newcomer.</param>
    public void Join(TKey key, long served = 0)
    {
        if (!_places.TryGetValue(key, out var node))
        {
            var place = new Place(key, Cost.Quantum - served) { IsNew = served == 0 };
            _places.Add(key, (place.IsNew ? _new : _round).AddLast(place));
            _activeNew += place.IsNew ? 1 : 0;
        }
        else if (node.Value.IsActive)
        {
            return;
        }
        else
        {
            if (MayGoFirst(node.Value) && node.List == _round)
                Move(node, _new); // It had left for a moment.
            node.Value.IsActive = true;
            _activeNew += node.List == _new ? 1 : 0;
        }

        Active++;
    }

    /// <summary>Has nothing more to be served.</summary>
    public void Leave(TKey key)
    {
        if (!_places.TryGetValue(key, out var node) || !node.Value.IsActive)
            return;
        node.Value.IsActive = false;
        Active--;
        _activeNew -= node.List == _new ? 1 : 0;
    }

    /// <summary>What was served, whoever was in front: sessions that stand serve whom they can.</summary>
    public void Charge(TKey key, long cost)
    {
        if (_places.TryGetValue(key, out var node))
        {
            node.Value.Credit -= cost;
            node.Value.Visit -= cost;
            _inARow = node.List == _new ? _inARow + cost : Math.Max(0, _inARow - (3 * cost));
        }
    }

    /// <summary>Who is to be served next; stays in front until charged or gone.</summary>
    public bool TryFront(out TKey key)
    {
        if (Active == 0)
        {
            key = default!;
            return false;
        }

        for (var passed = 0; ;)
        {
            if (_new.First is { } newcomer && !(_inARow >= MostInARow && Active > _activeNew))
            {
                var coming = newcomer.Value;
                if (coming is { IsActive: true, Visit: > 0 } && MayGoFirst(coming))
                {
                    key = coming.Key;
                    return true;
                }

                if (coming.Visit <= 0)
                    coming.Visit += Cost.Quantum;
                coming.IsNew = MayGoFirst(coming);
                Move(newcomer, coming is { IsActive: true, IsNew: true } ? _new : _round);
                continue;
            }

            // A whole round in which everybody was in debt: as many rounds as the least of them needs are gone through at once. Newcomers' turns among themselves are no rounds.
            if (passed++ > _round.Count)
            {
                SkipRounds();
                passed = 0;
            }

            var node = _round.First!;
            var place = node.Value;
            if (place is { Credit: > 0, IsActive: true })
            {
                key = place.Key;
                return true;
            }

            if (place.Credit > 0)
            {
                _round.Remove(node);
                _places.Remove(place.Key);
                continue;
            }

            place.Credit += Cost.Quantum;
            Move(node, _round);
        }
    }

    private bool MayGoFirst(Place place) => place.IsNew && place.Credit + advance > 0;

    private void Move(LinkedListNode<Place> node, LinkedList<Place> to)
    {
        if (node.Value.IsActive)
            _activeNew += (to == _new ? 1 : 0) - (node.List == _new ? 1 : 0);
        node.List!.Remove(node);
        to.AddLast(node);
    }

    // A newcomer's advance is paid back in the round, after it.
    private void SkipRounds()
    {
        var least = _round.Where(place => place.IsActive).Max(place => place.Credit);
        if (least > 0)
            return;
        var rounds = -least / Cost.Quantum;
        foreach (var place in _round)
            place.Credit = Math.Min(Cost.Quantum, place.Credit + (rounds * Cost.Quantum));
    }
}
