using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class SilentReceiversSection
{
    public static readonly Key<TimeSpan> RequireProof = Key.Optional("requireProof", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        "Before mail goes to such a receiver, a witness is asked when the newest proof of our address is older than this. Without it any age within grace will do.");

    public static readonly Section Section = new("silentReceivers",
        "Receivers that don't repeat our address in their EHLO reply. There the fence sees nothing, and exposure lasts as long as the newest proof is old.", [RequireProof]);

    public static TimeSpan? Read(SectionReader reader) => reader.Find(RequireProof)?.Value;
}
