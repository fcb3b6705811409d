using Namesake.Core.Brands;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>Waybills for one destination: a line per brand, served in turn. Owned and locked by its lane.</summary>
internal sealed class DestinationLine
{
    private readonly LinkedList<(BrandId Brand, Queue<Waybill> Line)> _turn = new();
    private readonly Dictionary<BrandId, LinkedListNode<(BrandId Brand, Queue<Waybill> Line)>> _byBrand = [];

    public bool IsEmpty => _turn.Count == 0;

    public void Add(Waybill waybill)
    {
        var brand = waybill.Consignment.Key.Brand;
        if (!_byBrand.TryGetValue(brand, out var node))
        {
            node = _turn.AddLast((brand, new Queue<Waybill>()));
            _byBrand.Add(brand, node);
        }

        node.Value.Line.Enqueue(waybill);
    }

    /// <summary>The first of the brand whose turn it is; that brand goes to the back.</summary>
    public Waybill Take()
    {
        var node = _turn.First!;
        var waybill = node.Value.Line.Dequeue();
        _turn.RemoveFirst();
        if (node.Value.Line.Count > 0)
            _turn.AddLast(node);
        else
            _byBrand.Remove(node.Value.Brand);
        return waybill;
    }

    public IEnumerable<Waybill> TakeAll() => _turn.SelectMany(brand => brand.Line).ToList();

    public IEnumerable<(BrandId Brand, int Count)> CountByBrand() => _turn.Select(brand => (brand.Brand, brand.Line.Count));
}
