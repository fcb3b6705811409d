using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;

namespace Namesake.Storage.Sqlite;

/// <summary>All queues, in the writer's memory: an acceptance looks nothing up, and what a batch does to a queue is written once.</summary>
internal sealed class QueueTable : IDisposable
{
    private readonly Dictionary<QueueKey, QueueRow> _byKey = [];
    private readonly Dictionary<long, QueueRow> _byId = [];
    private readonly List<QueueRow> _touched = [];
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _deleteEmpty;
    private long _lastId;

    public QueueTable(SqliteConnection connection)
    {
        _insert = new Statement(connection, "INSERT INTO queue (queue_id, brand_id, source_id, domain, via, waiting, earliest_due, held, put_off) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _update = new Statement(connection, "UPDATE queue SET waiting = ?2, earliest_due = ?3, held = ?4, put_off = ?5 WHERE queue_id = ?1");
        _deleteEmpty = new Statement(connection,
            "DELETE FROM queue WHERE queue_id = ?1 AND waiting = 0 AND NOT EXISTS (SELECT 1 FROM recipient WHERE state = 1 AND queue_id = ?1)");
        using var all = new Statement(connection, "SELECT queue_id, brand_id, source_id, domain, via, waiting, earliest_due, held, put_off FROM queue");
        while (all.Step())
        {
            var row = new QueueRow(all.Long(0), QueueRow.KeyAt(all, 1))
            {
                Waiting = all.Long(5),
                EarliestDue = all.LongOrNull(6) ?? QueueRow.Never,
                Held = all.Long(7),
                PutOff = all.Long(8),
                IsStored = true,
            };
            row.StoredHeld = row.Held;
            row.StoredWaiting = row.Waiting;
            row.StoredEarliestDue = row.EarliestDue;
            row.StoredPutOff = row.PutOff;
            Remember(row);
        }
    }

    public int Count => _byId.Count;

    public QueueRow Of(QueueKey key)
    {
        if (_byKey.TryGetValue(key, out var row))
            return row;
        row = new QueueRow(_lastId + 1, key);
        Remember(row);
        Touch(row);
        return row;
    }

    public QueueRow? Find(long id) => _byId.GetValueOrDefault(id);

    public QueueKey KeyOf(long id) => _byId.TryGetValue(id, out var row) ? row.Key : throw new InvalidDataException($"Recipients refer to queue {id}, which isn't there.");

    public void Add(QueueRow row, long recipients)
    {
        row.Waiting += recipients;
        Touch(row);
    }

    /// <summary>Of its recipients so many more (or fewer, below zero) are kept back.</summary>
    public void AddHeld(QueueRow row, long recipients)
    {
        row.Held += recipients;
        Touch(row);
    }

    public void Offer(QueueRow row, long due)
    {
        if (due >= row.EarliestDue)
            return;
        row.EarliestDue = due;
        Touch(row);
    }

    public void SetEarliest(QueueRow row, long? due)
    {
        row.EarliestDue = due ?? QueueRow.Never;
        Touch(row);
    }

    public void PutOff(QueueRow row, long run)
    {
        row.PutOff = run;
        Touch(row);
    }

    /// <summary>Writes what this batch changed.</summary>
    public void Flush()
    {
        foreach (var row in _touched)
        {
            long? due = row.EarliestDue == QueueRow.Never ? null : row.EarliestDue;
            if (!row.IsStored)
                _insert.Bind(1, row.Id).Bind(2, row.Key.Brand.Value).Bind(3, row.Key.Source.Value).Bind(4, row.Key.Domain.Value).Bind(5, row.Key.Via ?? "").Bind(6, row.Waiting).Bind(7, due).Bind(8, row.Held).Bind(9, row.PutOff).Execute();
            else if (row.Waiting != row.StoredWaiting || row.EarliestDue != row.StoredEarliestDue || row.Held != row.StoredHeld || row.PutOff != row.StoredPutOff)
                _update.Bind(1, row.Id).Bind(2, row.Waiting).Bind(3, due).Bind(4, row.Held).Bind(5, row.PutOff).Execute();
        }
    }

    public void Committed()
    {
        foreach (var row in _touched)
        {
            row.IsStored = true;
            row.IsTouched = false;
            row.StoredWaiting = row.Waiting;
            row.StoredHeld = row.Held;
            row.StoredEarliestDue = row.EarliestDue;
            row.StoredPutOff = row.PutOff;
        }
        _touched.Clear();
    }

    public void RolledBack()
    {
        foreach (var row in _touched)
        {
            row.IsTouched = false;
            row.Waiting = row.StoredWaiting;
            row.Held = row.StoredHeld;
            row.EarliestDue = row.StoredEarliestDue;
            row.PutOff = row.StoredPutOff;
            if (!row.IsStored)
                Forget(row);
        }
        _touched.Clear();
    }

    /// <summary>Queues in which nothing waits, but for these; their rows may go when nothing undeliverable refers to them.</summary>
    public IReadOnlyList<QueueRow> Empty(int limit, IReadOnlySet<long> but) => [.. _byId.Values.Where(row => row is { Waiting: 0, IsStored: true } && !but.Contains(row.Id)).Take(limit)];

    /// <summary>Inside a transaction that commits; the caller forgets the row afterwards.</summary>
    public bool DeleteEmpty(QueueRow row) => _deleteEmpty.Bind(1, row.Id).Execute() > 0;

    public void Forget(QueueRow row)
    {
        _byKey.Remove(row.Key);
        _byId.Remove(row.Id);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _deleteEmpty.Dispose();
    }

    private void Remember(QueueRow row)
    {
        if (!_byKey.TryAdd(row.Key, row) || !_byId.TryAdd(row.Id, row))
            throw new InvalidDataException($"queue {row.Key} is there twice");
        _lastId = Math.Max(_lastId, row.Id);
    }

    private void Touch(QueueRow row)
    {
        if (row.IsTouched)
            return;
        row.IsTouched = true;
        _touched.Add(row);
    }
}
