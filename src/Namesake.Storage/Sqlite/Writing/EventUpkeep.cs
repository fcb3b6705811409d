using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>Lets the oldest attempt events go: those past their days, those that are too many bytes, and whatever is oldest where the disk comes near the point at which mail would be refused.</summary>
/// <remarks>A slice of rows between two batches, and a table is dropped only once it is empty: to drop a day of ten million messages whole reads each of its pages, and everybody would wait for that.
/// While mail flows what comes pays for what goes: two old events for each new one, and where the disk is short twice the room a batch has taken. The rest goes when nothing waits.</remarks>
internal sealed class EventUpkeep(int days, long most, DiskGuard disk, ILogger log)
{
    /// <summary>Rows of one turn, about 60 pages: what a batch may have to wait for.</summary>
    public const int Slice = 512;

    /// <summary>As many when a batch has taken much of a disk that is short.</summary>
    public const int MostRows = 8 * Slice;

    private const int RowsPerPage = 16; // twice what fits: more must go than comes
    private const int MeasuredAtOnce = 8;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<string, Day> _days = new(StringComparer.Ordinal);
    private readonly HashSet<(string Table, Cause Cause)> _told = [];
    private bool _isMeasured;
    private DateTime _today;
    private string _todays = "";
    private string _oldestKept = "";
    private long _lookedAt;
    private long _owed;
    private long _bytes;

    private enum Cause
    {
        Age,
        Size,
        Disk,
    }

    /// <summary>More is to go: come back at once when nothing waits.</summary>
    public bool HasMore { get; private set; }

    /// <summary>What all of them take, as of the last look. Read by any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <param name="pages">Written to the log since the last time.</param>
    /// <returns>Whether something was changed.</returns>
    public bool AfterBatch(WriterConnection connection, int pages)
    {
        var written = connection.Events.TakeWritten();
        if (Why(connection) is not { } why)
        {
            _owed = 0;
            return false;
        }
        _owed += Math.Max(2 * written, why == Cause.Disk ? RowsPerPage * pages : 0);
        if (_owed < Slice)
            return false;
        Cut(connection, why, (int)Math.Min(_owed, MostRows));
        _owed = 0;
        return true;
    }

    /// <returns>Whether something was changed.</returns>
    public bool Idle(WriterConnection connection)
    {
        connection.Events.TakeWritten();
        HasMore = Why(connection) is { } why && Cut(connection, why, 2 * Slice);
        return HasMore;
    }

    private Cause? Why(WriterConnection connection)
    {
        Look(connection);
        if (_days.Count == 0)
            return null;
        if (string.CompareOrdinal(_days.First().Key, _oldestKept) < 0)
            return Cause.Age;
        if (most > 0 && _bytes > most)
            return Cause.Size;
        // Pages that are free in the database are on their way to the disk.
        return disk.Missing() is > 0 and var missing && missing > connection.FreeBytes() ? Cause.Disk : null;
    }

    private bool Cut(WriterConnection connection, Cause why, int rows)
    {
        var (name, day) = _days.First();
        Tell(why, name);
        connection.Begin();
        var gone = connection.Events.DeleteOldest(name, rows, out var last);
        if (gone > 0 && why != Cause.Age)
            connection.EventsGo(TimeOf(last) ?? connection.Time.GetUtcNow());
        var isOver = name != _todays && connection.Events.IsEmpty(name);
        if (isOver)
            connection.Events.Drop(name);
        connection.Commit();
        day.Size = day.Size with { Rows = Math.Max(0, day.Size.Rows - gone) };
        if (isOver)
        {
            _days.Remove(name);
            Log.EventsDropped(log, name);
        }
        Sum();
        return gone > 0 || isOver;
    }

    // Once a day's table and cause: at the limit something goes all the time.
    private void Tell(Cause why, string name)
    {
        if (why == Cause.Age || !_told.Add((name, why)))
            return;
        if (why == Cause.Size)
            Log.EventsTooMany(log, _bytes / 1_000_000, most / 1_000_000, name, days);
        else
            Log.EventsMakeRoom(log, name, days, _bytes / 1_000_000);
    }

    /// <summary>Which tables there are and what they take. A day that is over is measured once, the newest at each look, few at a time: each costs some pages read.</summary>
    private void Look(WriterConnection connection)
    {
        var now = connection.Time.GetUtcNow().UtcDateTime;
        if (_isMeasured && now.Date == _today && connection.Time.GetElapsedTime(_lookedAt) < LookEvery)
            return;
        _lookedAt = connection.Time.GetTimestamp();
        _today = now.Date;
        _todays = EventTables.NameOf(now);
        _oldestKept = EventTables.NameOf(now.AddDays(1 - days));
        var names = connection.Events.Names();
        foreach (var gone in _days.Keys.Except(names).ToList())
            _days.Remove(gone);
        var left = MeasuredAtOnce;
        for (var i = names.Count - 1; i >= 0; i--)
        {
            if (!_days.TryGetValue(names[i], out var day))
                _days.Add(names[i], day = new Day());
            if (day.IsOver || left-- <= 0)
                continue;
            day.Size = connection.Events.Measure(names[i]);
            day.IsOver = i < names.Count - 1;
        }
        _isMeasured = left >= 0;
        Sum();
    }

    private void Sum() => Volatile.Write(ref _bytes, _days.Values.Sum(day => day.Size.Bytes));

    private static DateTimeOffset? TimeOf(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, EventJson.Default.AttemptEvent)?.Time;
        }
        catch (JsonException)
        {
            return null; // the disk forgot a bit: then the present stands for it, which says too much rather than too little
        }
    }

    private sealed class Day
    {
        public EventSize Size { get; set; }

        /// <summary>Measured when it was not the newest any more: nothing comes to it.</summary>
        public bool IsOver { get; set; }
    }
}
