namespace Namesake.Core.Brands;

/// <summary>What a brand or a user has of its own among <see cref="AnomalyRules"/>. Null: as above it.</summary>
public sealed record AnomalyOverride(
    AnomalyMode? Mode = null, int? HourlyRecipients = null, int? DailyRecipients = null, int? Factor = null, int? Refusals = null, int? RefusedPercent = null);
