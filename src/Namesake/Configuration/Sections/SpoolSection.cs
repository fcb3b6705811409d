using Namesake.Configuration.Forms;
using Namesake.Storage;

namespace Namesake.Configuration.Sections;

internal static class SpoolSection
{
    private static readonly SpoolOptions Defaults = new() { DataDirectory = "" };

    public static readonly Key<long> MinimumFreeDisk = Key.Optional("minimumFreeDisk", Form.Size(0, 1L << 40), Defaults.MinimumFreeBytes,
        "Below this much free space clients are told 452 and nothing more is taken: what is queued needs room to be settled. 0 switches the guard off.");
    public static readonly Key<int> EventDays = Key.Optional("eventDays", Form.WholeNumber(1, 3650), Defaults.EventDays, "Whole days (UTC) for which the events of attempts are kept, today included.");
    public static readonly Key<long> CacheBytes = Key.Optional("cacheBytes", Form.Size(1 << 20, 64L << 30), Defaults.CacheBytes, "The database's page cache.");

    public static readonly Section Section = new("spool", "The embedded spool.", [MinimumFreeDisk, EventDays, CacheBytes]);

    /// <param name="reader">Null when the file has no such section.</param>
    public static SpoolOptions Read(SectionReader? reader, string dataDirectory) => (reader is null ? Defaults : Defaults with
    {
        MinimumFreeBytes = reader.Get(MinimumFreeDisk),
        EventDays = reader.Get(EventDays),
        CacheBytes = reader.Get(CacheBytes),
    }) with { DataDirectory = dataDirectory };
}
