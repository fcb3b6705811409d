using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>All lanes the fence has stopped. Written under the lock of the lane's source, read without one.</summary>
internal sealed class LaneBook
{
    private readonly ConcurrentDictionary<(SourceId Source, SiteId Site), LaneState> _lanes = new();

    public LaneState? Find(SourceId source, SiteId site) => _lanes.GetValueOrDefault((source, site));

    public IEnumerable<LaneState> Held => _lanes.Values.Where(lane => lane.IsHeld);

    public ImmutableArray<LaneState> Of(SourceId source) => _lanes.IsEmpty ? [] : [.. _lanes.Values.Where(lane => lane.Source == source)];

    public void Put(LaneState lane) => _lanes[(lane.Source, lane.Site)] = lane;

    public void Remove(SourceId source, SiteId site) => _lanes.TryRemove((source, site), out _);
}
