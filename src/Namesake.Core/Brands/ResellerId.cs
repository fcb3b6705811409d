namespace Namesake.Core.Brands;

/// <summary>A reseller's id, as the configuration names it.</summary>
public readonly record struct ResellerId(string Value)
{
    public override string ToString() => Value;
}
