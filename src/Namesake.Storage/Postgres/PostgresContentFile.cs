using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Storage.Postgres;

/// <summary>Large content on its way into rows of 256 KB, each a short transaction; nothing refers to them until the message is accepted.</summary>
internal sealed class PostgresContentFile(Reader reader, MessageId message) : IContentFile
{
    private readonly byte[] _chunk = new byte[Acceptance.ChunkBytes];
    private int _filled;
    private int _chunks;

    public MessageId Message => message;

    public long Length { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>The message refers to it, or may: it is not ours to remove.</summary>
    public bool IsHandedOver { get; set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Length += bytes.Length;
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(bytes.Length, _chunk.Length - _filled)];
            piece.CopyTo(_chunk.AsMemory(_filled));
            _filled += piece.Length;
            bytes = bytes[piece.Length..];
            if (_filled == _chunk.Length)
                await StoreAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async Task WriteStartAsync(ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, (int)Math.Min(Length, Acceptance.ChunkBytes));
        if (_chunks == 0)
        {
            bytes.CopyTo(_chunk);
            return;
        }
        await reader.AskAsync(
            async connection =>
            {
                await using var update = Sql.Command(connection, "UPDATE body SET content = overlay(content PLACING $2 FROM 1) WHERE message_id = $1 AND chunk = 0", message.Value, bytes.ToArray());
                return await update.ExecuteNonQueryAsync().ConfigureAwait(false);
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    public async Task CompleteAsync()
    {
        if (_filled > 0 || _chunks == 0)
            await StoreAsync(CancellationToken.None).ConfigureAwait(false);
        IsComplete = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsHandedOver || _chunks == 0)
            return;
        _chunks = 0;
        try
        {
            await reader.AskAsync(
                async connection =>
                {
                    await using var remove = Sql.Command(connection,
                        "DELETE FROM body b WHERE b.message_id = $1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.message_id = $1)", message.Value);
                    return await remove.ExecuteNonQueryAsync().ConfigureAwait(false);
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (SpoolUnavailableException)
        {
            // The next start of this node removes them.
        }
    }

    private async Task StoreAsync(CancellationToken cancellation)
    {
        var chunk = _chunk.AsMemory(0, _filled).ToArray();
        await reader.AskAsync(
            async connection =>
            {
                await using var insert = Sql.Command(connection, """
                    INSERT INTO body (message_id, chunk, brand_id, content) VALUES ($1, $2, '', $3) ON CONFLICT (message_id, chunk) DO UPDATE SET content = excluded.content
                    """, message.Value, _chunks, chunk);
                return await insert.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        _chunks++;
        _filled = 0;
    }
}
