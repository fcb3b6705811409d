using Namesake.Core.Pipeline.Gating;

namespace Namesake.Web.Lanes;

/// <summary>An operator's word that nothing leaves by a lane, or to a site at all.</summary>
/// <param name="Until">Null: until it is resumed.</param>
/// <param name="Resume">The verb that ends it.</param>
public sealed record SuspensionView(string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until, string Resume)
{
    public static SuspensionView Of(Suspension suspension) => new(suspension.Reason, suspension.By, suspension.Since, suspension.Until, suspension.Resume);
}
