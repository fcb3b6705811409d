using System.Text.Json.Serialization;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>A suspension as it is kept over restarts.</summary>
/// <param name="Source"><see cref="EverySource"/> where it is of all of them.</param>
internal sealed record StoredSuspension(int Version, string Source, string Site, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until)
{
    public const int CurrentVersion = 1;

    /// <summary>No source's id: those are letters, digits, '.', '-' and '_'.</summary>
    public const string EverySource = "*";

    public static StoredSuspension Of(Suspension suspension) => new(CurrentVersion, TextOf(suspension.Source), suspension.Site.Value,
        suspension.Reason, suspension.By, suspension.Since, suspension.Until);

    public Suspension ToSuspension() => new(SourceOf(Source), new SiteId(Site), Reason, By, Since, Until);

    public static string TextOf(SourceId? source) => source?.Value ?? EverySource;

    public static SourceId? SourceOf(string text) => text == EverySource ? null : new SourceId(text);
}

[JsonSerializable(typeof(StoredSuspension))]
internal sealed partial class SuspensionJson : JsonSerializerContext;
