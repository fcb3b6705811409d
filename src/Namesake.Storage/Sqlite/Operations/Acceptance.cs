using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite.Operations;

/// <summary>One message on its way into the database, alone or spawned by a settlement.</summary>
internal sealed class Acceptance
{
    private readonly NewMessage _message;
    private readonly ContentFiles _files;
    private readonly ContentFile? _file;
    private readonly bool _fileIsOurs;
    private readonly object? _ownerBefore;
    private readonly string? _sender;
    private readonly string[] _addresses;
    private readonly long[] _queues;
    private List<Consignment>? _existing;

    /// <param name="file">Complete and flushed, or about to be before this is applied; null: the content goes into the database.</param>
    public Acceptance(NewMessage message, ContentFiles files, ContentFile? file)
    {
        _message = message;
        _files = files;
        _file = file;
        _fileIsOurs = file is not null && !ReferenceEquals(file, message.ContentFile);
        if (file is not null)
        {
            file.IsHandedOver = true;
            _ownerBefore = files.Own(message.Id, this);
        }
        _queues = new long[message.Consignments.Length];
        // Text is made here, on the caller's thread: the writer has enough to do.
        _sender = message.Envelope.Sender?.ToString();
        _addresses = new string[message.Envelope.Recipients.Length];
        for (var i = 0; i < _addresses.Length; i++)
            _addresses[i] = message.Envelope.Recipients[i].Address.ToString();
    }

    public MessageId Message => _message.Id;

    /// <summary>For the limits of batch and queue: content and a guess for the rows.</summary>
    public static long BytesOf(NewMessage message) => (message.Content?.Length ?? 0) + 512 + (256L * message.Envelope.Recipients.Length);

    public void Apply(WriterConnection connection)
    {
        _existing = null;
        if (!connection.Messages.Insert(_message, _sender, _file is null ? _message.Content : null))
        {
            _existing = [.. Stored(connection)];
            return;
        }
        connection.Accepted(_message.Id);
        var expires = _message.Expires.ToMicroseconds();
        for (var i = 0; i < _queues.Length; i++)
        {
            var consignment = _message.Consignments[i];
            var queue = connection.Queues.Of(consignment.Key);
            var due = consignment.Due.ToMicroseconds();
            _queues[i] = queue.Id;
            foreach (var ordinal in consignment.Ordinals)
                connection.Recipients.Insert(_message, ordinal, queue.Id, _addresses[ordinal], consignment.Claimed, due, expires);
            connection.Queues.Add(queue, consignment.Ordinals.Length);
            if (!consignment.Claimed)
                connection.Queues.Offer(queue, due);
        }
    }

    /// <summary>The acceptance was never confirmed: client and caller believe it didn't happen, so it must not have.</summary>
    public void TakeBack(WriterConnection connection)
    {
        if (_existing is not null || connection.Messages.Read(_message.Id) is null)
            return;
        foreach (var row in connection.Recipients.Of(_message.Id))
            if (!row.IsUndeliverable && connection.Queues.Find(row.Queue) is { } queue)
                connection.Queues.Add(queue, -1);
        connection.Recipients.DeleteAll(_message.Id);
        connection.Messages.Delete(_message.Id);
    }

    /// <summary>After the commit in which it turned out not to have happened.</summary>
    public void TakenBack()
    {
        if (_file is not null)
            _files.RemoveFor(_message.Id, this);
    }

    /// <summary>It is on the disk for good.</summary>
    public void Succeeded()
    {
        if (_file is not null)
            _files.Settled(_message.Id, this);
    }

    /// <summary>It failed without a trace: the file is its maker's again. An earlier try of the same message, of which nobody knows yet whether it was stored, keeps it.</summary>
    public void Failed()
    {
        if (_file is not null)
            _file.IsHandedOver = !_files.GiveUp(_message.Id, this, _ownerBefore, remove: _fileIsOurs);
    }

    /// <summary>The message is in the spool: stored by this acceptance or by an earlier one.</summary>
    public bool IsStored(WriterConnection connection) => connection.Messages.Read(_message.Id) is not null;

    public ImmutableArray<Consignment> Result()
    {
        if (_existing is not null)
            return [.. _existing];
        return ConsignmentRows.Fresh(_message, _queues, _file is null ? _message.Content : null);
    }

    private IEnumerable<Consignment> Stored(WriterConnection connection)
    {
        var message = connection.Messages.Read(_message.Id)!;
        var waiting = connection.Recipients.Of(_message.Id).Where(row => !row.IsUndeliverable);
        return ConsignmentRows.Group(waiting).Select(rows => ConsignmentRows.Build(message, rows, connection.Queues.KeyOf, rows[0].Claim == connection.Run));
    }
}
