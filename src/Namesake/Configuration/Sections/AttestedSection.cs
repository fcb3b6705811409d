using Namesake.Configuration.Forms;
using Namesake.Core.Sources;

namespace Namesake.Configuration.Sections;

internal static class AttestedSection
{
    public static readonly Key<string> By = Key.Required("by", Form.Text, "Who gives the word.");
    public static readonly Key<DateOnly> On = Key.Required("on", Form.Day, "When.");

    public static readonly Section Section = new("sources[].attested", "An operator's word in place of a witness. Shown as such, never as proof.", [By, On]);

    public static Attestation? Read(SectionReader reader)
    {
        var (by, on) = (reader.Find(By), reader.Find(On));
        return by is null || on is null ? null : new Attestation(by.Value, on.Value);
    }
}
