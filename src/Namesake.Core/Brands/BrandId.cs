namespace Namesake.Core.Brands;

/// <summary>A brand's name in configuration, API and storage: letters, digits, '-', '_', '.'; 1 to 64 of them.</summary>
public readonly record struct BrandId(string Value)
{
    public override string ToString() => Value;
}
