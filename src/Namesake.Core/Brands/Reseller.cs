namespace Namesake.Core.Brands;

/// <summary>A tenant of the provider, who owns brands.</summary>
public sealed record Reseller(ResellerId Id)
{
    /// <summary>How much may be handed in for all its brands together. Default: no limits but its brands'.</summary>
    public SendingLimits Limits { get; init; } = SendingLimits.None;
}
