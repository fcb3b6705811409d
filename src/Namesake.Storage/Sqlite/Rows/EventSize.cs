namespace Namesake.Storage.Sqlite.Rows;

/// <summary>What one day's events take.</summary>
internal readonly record struct EventSize(long Rows, long BytesPerRow)
{
    /// <summary>Events looked at to know the average of a table.</summary>
    public const int Samples = 32;

    public long Bytes => Rows * BytesPerRow;

    /// <summary>On disk: the row's head, its entry in the index, and what stays empty at the end of pages. Compared with SQLite's own account of pages by a test.</summary>
    public static long Stored(long text) => ((text + 22) * 106 / 100) + 22;
}
