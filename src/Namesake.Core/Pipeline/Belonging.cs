using Namesake.Core.Identity;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline;

/// <summary>Whether a queue's source is one of its brand's, as the configuration is now: what a reload has changed must not send mail as somebody else.</summary>
public static class Belonging
{
    public static bool Holds(QueueKey key, RelayModel model)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(model);
        return model.Brands.Find(key.Brand) is { } brand && brand.Sources.Contains(key.Source);
    }

    /// <summary>Null when it belongs there.</summary>
    public static Hold? HoldOf(QueueKey key, RelayModel model, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(model);
        if (model.Brands.Find(key.Brand) is not { } brand)
            return new Hold(key.Source, null, "", "brand-gone", $"no brand {key.Brand} in the configuration", "the brand its sender belongs to", now,
                "ends when the brand is configured again; until then no other brand's source sends it");
        return brand.Sources.Contains(key.Source) ? null
            : new Hold(key.Source, null, "", "not-the-brands", $"{key.Source} is not among the sources of {key.Brand}", $"one of {string.Join(", ", brand.Sources)}", now,
                $"moves by itself as soon as one of them is open; no other brand's source sends it");
    }
}
