using Namesake.Configuration.Forms;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Brands known by the client's address.</summary>
internal static class ClientSection
{
    public static readonly Key<IPRange> Range = Key.Required("range", Form.Range, "Client addresses.");
    public static readonly Key<BrandId> Brand = Key.Required("brand", Form.Brand, "Mail from there belongs to this brand.");

    public static readonly Section Section = new("clients[]",
        "Client addresses that belong to a brand; of several ranges the longest prefix decides. This says whose mail it is; that it may be relayed without AUTH says the listener's `relayFrom`.",
        [Range, Brand]);

    public static ClientDraft Read(SectionReader reader) => new(reader.At, reader.Find(Range), reader.Find(Brand));
}

internal sealed record ClientDraft(Place At, Placed<IPRange>? Range, Placed<BrandId>? Brand);
