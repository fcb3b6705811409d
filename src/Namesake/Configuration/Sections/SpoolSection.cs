using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class SpoolSection
{
    public static readonly Key<long> MinimumFreeDisk = Key.Optional("minimumFreeDisk", Form.Size(16L << 20, 1L << 40), new SpoolSettings().MinimumFreeDisk,
        "Below this much free space clients are told 452 and nothing more is taken; what is queued goes on.");

    public static readonly Section Section = new("spool", "Limits of the spool.", [MinimumFreeDisk]);

    public static SpoolSettings Read(SectionReader reader) => new() { MinimumFreeDisk = reader.Get(MinimumFreeDisk) };
}
