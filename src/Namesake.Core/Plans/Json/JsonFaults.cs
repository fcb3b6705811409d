using System.Collections.Immutable;

namespace Namesake.Core.Plans.Json;

/// <summary>What was found wrong in one document. A document of nothing but errors is told by its first ones.</summary>
internal sealed class JsonFaults
{
    public const int Most = 20;

    private readonly ImmutableArray<PlanFault>.Builder _all = ImmutableArray.CreateBuilder<PlanFault>();

    public bool IsEmpty => _all.Count == 0;

    public bool IsFull => _all.Count >= Most;

    public ImmutableArray<PlanFault> All => _all.ToImmutable();

    public void Add(string place, string text)
    {
        if (!IsFull)
            _all.Add(new PlanFault(place, text));
    }
}
