using Namesake.Configuration.Forms;
using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

/// <summary>Tenants who own brands.</summary>
internal static class ResellerSection
{
    public static readonly Key<ResellerId> Id = Key.Required("id", Form.Reseller, "Its name here; brands name it under `reseller`.");
    public static readonly Key<SectionReader> Limits = Key.Optional("limits", Form.Group(LimitsSection.OfReseller), "How much may be handed in for its brands. Without it: no limits but theirs.");

    public static readonly Section Section = new("resellers[]", "Who owns brands. A brand without one is the provider's own.", [Id, Limits]);

    public static ResellerDraft Read(SectionReader reader) => new(reader.At, reader.Find(Id), LimitsSection.Read(reader.Find(Limits)));
}
