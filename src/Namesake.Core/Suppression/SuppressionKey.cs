using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Suppression;

/// <summary>Whose mail to whom. One brand's list says nothing to another: its mail is another's business.</summary>
/// <param name="Address">In lower case. By RFC 5321 §2.4 the case of a local part may count; no receiver known to us keeps Ann and ann apart, and who suppresses one means both.</param>
public readonly record struct SuppressionKey(BrandId Brand, string Address) : IComparable<SuppressionKey>
{
    public static SuppressionKey Of(BrandId brand, Mailbox address) => new(brand, address.ToString().ToLowerInvariant());

    public int CompareTo(SuppressionKey other) => string.CompareOrdinal(Brand.Value, other.Brand.Value) is not 0 and var order ? order : string.CompareOrdinal(Address, other.Address);

    public static bool operator <(SuppressionKey left, SuppressionKey right) => left.CompareTo(right) < 0;

    public static bool operator >(SuppressionKey left, SuppressionKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(SuppressionKey left, SuppressionKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SuppressionKey left, SuppressionKey right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Address} for {Brand}";
}
