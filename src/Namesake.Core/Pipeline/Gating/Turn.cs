namespace Namesake.Core.Pipeline.Gating;

/// <summary>Whose turn it is: deficit round robin, with the newcomers' list of fq_codel. Knows nothing of mail; whoever owns it locks it.</summary>
/// <remarks>
/// <para>Everybody in the round has a credit. Who is in front and has some is served; what was served is charged afterwards, so a credit may go below zero, and
/// such a debt is paid off with one <see cref="Cost.Quantum"/> a round before the next service (Shreedhar and Varghese 1996, with the surplus kept instead of the
/// deficit). Over time everybody gets the same cost, not the same number.</para>
/// <para>A newcomer goes before the round, for one quantum (RFC 8290 §4.1.2): who sends little is served as if alone. Leaving does not make a newcomer: who has
/// left keeps place and debt until the round has come by with the debt paid, and who is back before that simply goes on. So nobody gains by coming and going.</para>
/// </remarks>
internal sealed class Turn<TKey> where TKey : notnull
{
    private sealed class Place(TKey key)
    {
        public TKey Key { get; } = key;
        public long Credit { get; set; } = Cost.Quantum;
        public bool IsActive { get; set; } = true;
    }

    private readonly Dictionary<TKey, LinkedListNode<Place>> _places = [];
    private readonly LinkedList<Place> _new = new();
    private readonly LinkedList<Place> _round = new();

    /// <summary>How many wait for their turn.</summary>
    public int Active { get; private set; }

    /// <summary>Those that wait, in no order.</summary>
    public IEnumerable<TKey> Keys => _places.Values.Where(node => node.Value.IsActive).Select(node => node.Value.Key);

    /// <summary>Has something to be served. Nothing happens when it had before.</summary>
    /// <returns>Whether it is a newcomer.</returns>
    public bool Join(TKey key)
    {
        var isNew = !_places.TryGetValue(key, out var node);
        if (isNew)
            _places.Add(key, _new.AddLast(new Place(key)));
        else if (node!.Value.IsActive)
            return false;
        else
            node.Value.IsActive = true;
        Active++;
        return isNew;
    }

    /// <summary>Has nothing more to be served.</summary>
    public void Leave(TKey key)
    {
        if (!_places.TryGetValue(key, out var node) || !node.Value.IsActive)
            return;
        node.Value.IsActive = false;
        Active--;
    }

    /// <summary>What was served, whoever was in front: sessions that stand serve whom they can.</summary>
    public void Charge(TKey key, long cost)
    {
        if (_places.TryGetValue(key, out var node))
            node.Value.Credit -= cost;
    }

    /// <summary>Who is to be served next; stays in front until charged or gone.</summary>
    public bool TryFront(out TKey key)
    {
        if (Active == 0)
        {
            key = default!;
            return false;
        }

        for (var passed = 0; ; passed++)
        {
            // A whole round in which everybody was in debt: as many rounds as the least of them needs are gone through at once.
            if (passed > _places.Count)
            {
                SkipRounds();
                passed = 0;
            }

            var node = _new.First ?? _round.First!;
            var place = node.Value;
            if (place.Credit > 0 && place.IsActive)
            {
                key = place.Key;
                return true;
            }

            if (place.Credit > 0 && node.List == _round)
            {
                _round.Remove(node);
                _places.Remove(place.Key);
                continue;
            }

            if (place.Credit <= 0)
                place.Credit += Cost.Quantum;
            node.List!.Remove(node);
            _round.AddLast(node);
        }
    }

    private void SkipRounds()
    {
        var least = _places.Values.Where(node => node.Value.IsActive).Max(node => node.Value.Credit);
        if (least > 0)
            return;
        var rounds = -least / Cost.Quantum;
        foreach (var node in _places.Values)
            node.Value.Credit = Math.Min(Cost.Quantum, node.Value.Credit + (rounds * Cost.Quantum));
    }
}
