using System.Collections.Frozen;
using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Sources;

namespace Namesake.Web.Queue;

/// <param name="At">Timestamp of the clock they were read by.</param>
/// <param name="ByBrand">Recipients waiting.</param>
/// <param name="Kept">Of them, those somebody keeps back.</param>
internal sealed record QueueSums(long At, FrozenDictionary<BrandId, long> ByBrand, FrozenDictionary<SourceId, SourceSum> BySource, long Kept = 0)
{
    public static readonly QueueSums None = new(0, FrozenDictionary<BrandId, long>.Empty, FrozenDictionary<SourceId, SourceSum>.Empty);
}

/// <param name="Waiting">Recipients.</param>
/// <param name="Brands">Whose mail they are.</param>
internal sealed record SourceSum(long Waiting, ImmutableArray<BrandId> Brands);
