using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>One set of hosts in a lane: what waits for it by brand, who works on it, and its own rest. Owned and locked by its lane.</summary>
/// <remarks>A host that doesn't answer rests alone: it may be one customer's machine under the name of an operator with a million others.</remarks>
internal sealed class Destination(string name)
{
    private readonly Dictionary<BrandId, Queue<Waybill>> _lines = [];
    private readonly Turn<BrandId> _turn = new();

    public string Name { get; } = name;

    public int Sessions { get; set; }

    public int Waiting { get; private set; }

    public Backoff? Backoff { get; set; }

    /// <summary>With its rest: none of its hosts said anything over the lane's family.</summary>
    public bool IsMute { get; set; }

    /// <summary>A message was taken or refused there since it is remembered, and nobody was silent since.</summary>
    public bool HasAnswered { get; set; }

    public IEnumerable<BrandId> Brands => _lines.Keys;

    public bool IsResting(DateTimeOffset now) => Backoff is { } backoff && backoff.Until > now;

    /// <summary>Whether another session may begin: on trial it is one.</summary>
    public bool TakesSession(DateTimeOffset now) => Backoff is null || (Sessions == 0 && !IsResting(now));

    public bool IsForgettable(DateTimeOffset now) => Waiting == 0 && Sessions == 0 && (Backoff is null || Backoff.Until + Backoff.Remembered <= now);

    public bool Has(BrandId brand) => _lines.ContainsKey(brand);

    public void Add(Waybill waybill)
    {
        var brand = waybill.Consignment.Key.Brand;
        if (!_lines.TryGetValue(brand, out var line))
            _lines.Add(brand, line = new Queue<Waybill>());
        line.Enqueue(waybill);
        _turn.Join(brand);
        Waiting++;
    }

    /// <summary>The next for a session that stands: of the brand whose turn it is.</summary>
    public Waybill? Take() => _turn.TryFront(out var brand) ? Take(brand) : null;

    public Waybill Take(BrandId brand)
    {
        var line = _lines[brand];
        var waybill = line.Dequeue();
        Waiting--;
        _turn.Charge(brand, Cost.Of(waybill.Consignment));
        if (line.Count == 0)
        {
            _lines.Remove(brand);
            _turn.Leave(brand);
        }

        return waybill;
    }

    /// <summary>Takes some out of the line; the others keep their places.</summary>
    public List<Waybill> TakeAll(Func<Waybill, bool> which)
    {
        var taken = new List<Waybill>();
        foreach (var (brand, line) in _lines.ToList())
        {
            var before = taken.Count;
            taken.AddRange(line.Where(which));
            if (taken.Count == before)
                continue;
            var left = new Queue<Waybill>(line.Where(waybill => !which(waybill)));
            if (left.Count > 0)
            {
                _lines[brand] = left;
                continue;
            }

            _lines.Remove(brand);
            _turn.Leave(brand);
        }

        Waiting -= taken.Count;
        return taken;
    }

    public List<Waybill> TakeAll()
    {
        var all = _lines.Values.SelectMany(line => line).ToList();
        foreach (var brand in _lines.Keys)
            _turn.Leave(brand);
        _lines.Clear();
        Waiting = 0;
        return all;
    }
}
