using Namesake.Configuration.Forms;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Brands known by the client's address.</summary>
internal static class ClientSection
{
    public static readonly Key<IPRange> Range = Key.Required("range", Form.Range, "Client addresses. Ranges shorter than /8 (IPv6: /16) are refused.");
    public static readonly Key<BrandId> Brand = Key.Required("brand", Form.Brand, "Mail from there belongs to this brand.");

    public static readonly Key<SectionReader> Limits = Key.Optional("limits", Form.Group(LimitsSection.OfClient), "How much each of its addresses may hand in without a login. Without it what the listener says.");

    public static readonly Section Section = new("clients[]",
        "Client addresses that belong to a brand, and may submit its mail without AUTH at every listener. Of several ranges that contain an address the longest prefix decides.",
        [Range, Brand, Limits]);

    public static ClientDraft Read(SectionReader reader) => new(reader.At, reader.Find(Range), reader.Find(Brand), LimitsSection.Find(reader.Find(Limits)));
}
