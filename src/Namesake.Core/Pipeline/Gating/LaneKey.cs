using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>The unit of connections, back-off and suspension: one source towards one site.</summary>
public readonly record struct LaneKey(SourceId Source, SiteId Site)
{
    public override string ToString() => $"{Source} → {Site}";
}
