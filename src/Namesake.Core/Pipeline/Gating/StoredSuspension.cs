using System.Text.Json.Serialization;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>A suspension as it is kept over restarts.</summary>
internal sealed record StoredSuspension(int Version, string Source, string Site, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until)
{
    public const int CurrentVersion = 1;

    public static StoredSuspension Of(Suspension suspension) => new(CurrentVersion, suspension.Lane.Source.Value, suspension.Lane.Site.Value,
        suspension.Reason, suspension.By, suspension.Since, suspension.Until);

    public Suspension ToSuspension() => new(new LaneKey(new SourceId(Source), new SiteId(Site)), Reason, By, Since, Until);
}

[JsonSerializable(typeof(StoredSuspension))]
internal sealed partial class SuspensionJson : JsonSerializerContext;
