using Namesake.Configuration.Forms;
using Namesake.Storage;

namespace Namesake.Configuration.Sections;

internal static class SpoolSection
{
    private static readonly SpoolOptions Defaults = new() { DataDirectory = "" };

    public static readonly Key<long> MinimumFreeDisk = Key.Optional("minimumFreeDisk", Form.Size(0, 1L << 40), Defaults.MinimumFreeBytes,
        "Below this much free space clients are told 452 and nothing more is taken: what is queued needs room to be settled. 0 switches the guard off.");
    public static readonly Key<int> EventDays = Key.Optional("eventDays", Form.WholeNumber(1, 3650), Defaults.EventDays,
        "Whole days (UTC) for which the events of attempts are kept, today included. What is undeliverable and can't be told to anybody is kept as long.");
    public static readonly Key<long> EventBytes = Key.Optional("eventBytes", Form.Size(0, 1L << 50), Defaults.EventBytes,
        "Events that take more than this go before their days, the oldest first; an attempt takes about 950 bytes. 0: only the days bound them. Below three times `minimumFreeDisk` of free space the oldest go in any case, so that mail is not refused for them. In PostgreSQL whole days go, never today's.");
    public static readonly Key<long> CacheBytes = Key.Optional("cacheBytes", Form.Size(1 << 20, 64L << 30), Defaults.CacheBytes, "The database's page cache. More of it made nothing faster on a machine with memory to spare for the system's own cache.");

    public static readonly Section Section = new("spool", "The embedded spool.", [MinimumFreeDisk, EventDays, EventBytes, CacheBytes]);

    /// <param name="reader">Null when the file has no such section.</param>
    public static SpoolOptions Read(SectionReader? reader, string dataDirectory) => (reader is null ? Defaults : Defaults with
    {
        MinimumFreeBytes = reader.Get(MinimumFreeDisk),
        EventDays = reader.Get(EventDays),
        EventBytes = reader.Get(EventBytes),
        CacheBytes = reader.Get(CacheBytes),
    }) with { DataDirectory = dataDirectory };
}
