using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Rows;

namespace Namesake.Storage.Sqlite.Writing;

/// <summary>Lets undeliverable mail go once it has been shown for as many days as events are kept. A page of rows at a time, from the first to the last, then again after a while.</summary>
internal sealed class UndeliverableUpkeep(int days, ContentFiles files, ILogger log)
{
    /// <summary>Rows looked at in one turn, and removed at most.</summary>
    public const int Slice = 500;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private UndeliverableRow? _place;
    private long _begunAt;
    private int _gone;

    /// <summary>A round is under way: come back at once when nothing waits.</summary>
    public bool HasMore => _place is not null;

    /// <returns>Whether something was changed.</returns>
    public bool Turn(WriterConnection connection)
    {
        if (_place is null)
        {
            if (_begunAt != 0 && connection.Time.GetElapsedTime(_begunAt) < Every)
                return false;
            (_begunAt, _gone) = (connection.Time.GetTimestamp(), 0);
        }
        var page = connection.Recipients.Undeliverable(_place ?? default, Slice);
        var border = EventDays.Oldest(days, connection.Time.GetUtcNow()).ToMicroseconds();
        var old = page.FindAll(row => row.Since < border);
        if (old.Count > 0)
            Remove(connection, old);
        _place = page.Count == Slice ? page[^1] : null;
        if (_place is null && _gone > 0)
            Log.UndeliverableGone(log, _gone, days);
        return old.Count > 0;
    }

    private void Remove(WriterConnection connection, List<UndeliverableRow> rows)
    {
        var filed = new List<MessageId>();
        var gone = 0;
        connection.Begin();
        foreach (var row in rows)
        {
            if (!connection.Recipients.DeleteUndeliverable(row.Message, row.Ordinal) || connection.Recipients.HasAny(row.Message))
                continue;
            gone++;
            if (connection.Messages.Delete(row.Message))
                filed.Add(row.Message);
        }
        connection.Commit();
        _gone += gone;
        foreach (var message in filed)
            try
            {
                files.Remove(message);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.FileNotRemoved(log, message.ToString(), e);
            }
    }
}
