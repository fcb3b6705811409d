namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>One message to be submitted, to one recipient.</summary>
public sealed record Letter(string From, string To)
{
    public static Letter Of(LabBrand brand, LabReceiver receiver) => new($"ann@{brand.Domain}", $"bob@{receiver.Domain}");

    /// <summary>The same, <paramref name="count"/> times.</summary>
    public static IEnumerable<Letter> Many(int count, LabBrand brand, LabReceiver receiver) => Enumerable.Repeat(Of(brand, receiver), count);
}
