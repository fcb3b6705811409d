using Microsoft.Data.Sqlite;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;

namespace Namesake.Storage.Sqlite.Rows;

/// <summary>Messages and bodies, as the writer changes them.</summary>
internal sealed class MessageTable(SqliteConnection connection) : IDisposable
{
    private readonly Statement _insert = new(connection, """
        INSERT INTO message (message_id, brand_id, sender, eight_bit, smtp_utf8, is_dsn, in_file, return_part, envelope_id, size, client, submitter)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING
        """);

    private readonly Statement _insertBody = new(connection, "INSERT INTO body (message_id, brand_id, content) VALUES (?1, ?2, ?3)");
    private readonly Statement _select = new(connection, MessageSelect.Text);
    private readonly Statement _delete = new(connection, "DELETE FROM message WHERE message_id = ?1");
    private readonly Statement _deleteBody = new(connection, "DELETE FROM body WHERE message_id = ?1");

    /// <summary>Messages more (or fewer, below zero) since the transaction began.</summary>
    public long Change { get; set; }

    /// <returns>False when the message is there already.</returns>
    public bool Insert(NewMessage message, string? sender, ReadOnlyMemory<byte>? inline)
    {
        var envelope = message.Envelope;
        var inserted = _insert.Bind(1, message.Id.Value).Bind(2, envelope.Brand.Value).Bind(3, sender)
            .Bind(4, envelope.EightBit).Bind(5, envelope.SmtpUtf8).Bind(6, message.IsDsn).Bind(7, inline is null)
            .Bind(8, (long?)envelope.Return).Bind(9, envelope.EnvelopeId).Bind(10, message.Size).Bind(11, message.Client).Bind(12, message.Submitter)
            .Execute() > 0;
        if (inserted)
            Change++;
        if (inserted && inline is { } content)
            _insertBody.Bind(1, message.Id.Value).Bind(2, envelope.Brand.Value).BindBlob(3, content.Span).Execute();
        return inserted;
    }

    public MessageRow? Read(MessageId id) => MessageSelect.Read(_select, id);

    /// <returns>True when its content is a file that may go after the commit.</returns>
    public bool Delete(MessageId id)
    {
        var known = _delete.Bind(1, id.Value).Execute() > 0;
        if (known)
            Change--;
        var inline = _deleteBody.Bind(1, id.Value).Execute() > 0;
        return known && !inline;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _insertBody.Dispose();
        _select.Dispose();
        _delete.Dispose();
        _deleteBody.Dispose();
    }
}
