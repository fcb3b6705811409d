using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>What waits in a lane, by brand and destination, and whose turn it is when a session begins. Owned and locked by its lane.</summary>
internal sealed class LaneMail
{
    private sealed class Share
    {
        public int Waiting { get; set; }
        public Queue<Destination> Destinations { get; } = new();

        /// <summary>Those in the queue, each once: a session may have emptied one meanwhile.</summary>
        public HashSet<Destination> Listed { get; } = [];
    }

    private readonly Dictionary<string, Destination> _destinations = new(StringComparer.Ordinal);
    private readonly Dictionary<BrandId, Share> _brands = [];
    private readonly Turn<BrandId> _turn = new();

    public IEnumerable<Destination> Destinations => _destinations.Values;

    public int Waiting { get; private set; }

    public Destination? Find(string destination) => _destinations.GetValueOrDefault(destination);

    public Destination Of(string destination)
    {
        if (!_destinations.TryGetValue(destination, out var found))
            _destinations.Add(destination, found = new Destination(destination));
        return found;
    }

    public int WaitingOf(BrandId brand) => _brands.TryGetValue(brand, out var share) ? share.Waiting : 0;

    public IEnumerable<(BrandId Brand, int Count)> CountByBrand() => _brands.Where(pair => pair.Value.Waiting > 0).Select(pair => (pair.Key, pair.Value.Waiting));

    public void Add(Waybill waybill)
    {
        var brand = waybill.Consignment.Key.Brand;
        var destination = Of(waybill.Route.Destination);
        if (!_brands.TryGetValue(brand, out var share))
            _brands.Add(brand, share = new Share());
        if (share.Listed.Add(destination))
            share.Destinations.Enqueue(destination);
        destination.Add(waybill);
        share.Waiting++;
        Waiting++;
        _turn.Join(brand);
    }

    /// <summary>For a session that stands.</summary>
    public Waybill? Take(Destination destination) => destination.Take() is { } waybill ? Taken(waybill) : null;

    /// <summary>For a session that begins: of the brand whose turn it is, to the next of its destinations that takes a session.</summary>
    public Waybill? Take(DateTimeOffset now) => Front(now) is var (brand, destination) && destination is not null ? Taken(destination.Take(brand)) : null;

    /// <summary>Where a session that begins now would go; null when nothing can begin.</summary>
    public Destination? Next(DateTimeOffset now) => Front(now).Destination;

    /// <summary>It may take a session again: brands that were passed over for it are back in the round.</summary>
    public void Reopen(Destination destination)
    {
        foreach (var brand in destination.Brands)
            _turn.Join(brand);
    }

    public List<Waybill> Clear(Destination destination)
    {
        var all = destination.TakeAll();
        foreach (var waybill in all)
            Count(waybill.Consignment.Key.Brand);
        return all;
    }

    public List<Waybill> Clear(Func<Waybill, bool> which)
    {
        var all = _destinations.Values.SelectMany(destination => destination.TakeAll(which)).ToList();
        foreach (var waybill in all)
            Count(waybill.Consignment.Key.Brand);
        return all;
    }

    public List<Waybill> Clear()
    {
        var all = _destinations.Values.SelectMany(destination => destination.TakeAll()).ToList();
        foreach (var brand in _brands.Keys)
            _turn.Leave(brand);
        _brands.Clear();
        Waiting = 0;
        return all;
    }

    /// <summary>Lets go of destinations in which nothing is and nothing happens.</summary>
    /// <returns>How many of them had a rest to remember, long enough ago.</returns>
    public int Forget(DateTimeOffset now)
    {
        var rests = 0;
        foreach (var (name, destination) in _destinations)
        {
            if (!destination.IsForgettable(now))
                continue;
            rests += destination.Backoff is null ? 0 : 1;
            _destinations.Remove(name);
        }

        return rests;
    }

    public bool IsEmpty => _destinations.Count == 0;

    private (BrandId Brand, Destination? Destination) Front(DateTimeOffset now)
    {
        while (_turn.TryFront(out var brand))
        {
            var (line, listed) = (_brands[brand].Destinations, _brands[brand].Listed);
            for (var left = line.Count; left > 0; left--)
            {
                var destination = line.Peek();
                if (destination.Has(brand) && destination.TakesSession(now))
                    return (brand, destination);
                line.Dequeue();
                if (destination.Has(brand))
                    line.Enqueue(destination);
                else
                    listed.Remove(destination);
            }

            // All it has is on trial, with a session at work: it is back when that ends.
            _turn.Leave(brand);
        }

        return default;
    }

    private Waybill Taken(Waybill waybill)
    {
        var brand = waybill.Consignment.Key.Brand;
        _turn.Charge(brand, Cost.Of(waybill.Consignment));
        Count(brand);
        return waybill;
    }

    private void Count(BrandId brand)
    {
        Waiting--;
        if (--_brands[brand].Waiting > 0)
            return;
        _brands.Remove(brand);
        _turn.Leave(brand);
    }
}
