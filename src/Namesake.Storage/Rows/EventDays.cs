namespace Namesake.Storage.Rows;

/// <summary>Whole days (UTC) for which things are kept, today included.</summary>
internal static class EventDays
{
    /// <summary>Midnight before the oldest day kept.</summary>
    public static DateTimeOffset Oldest(int days, DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(1 - days), TimeSpan.Zero);

    /// <summary>Since when events are whole; null when what went early would have gone by now.</summary>
    public static DateTimeOffset? Shown(DateTimeOffset? from, int days, DateTimeOffset now) => from > Oldest(days, now) ? from : null;
}
