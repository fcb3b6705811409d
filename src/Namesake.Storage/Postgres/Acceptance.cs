using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using NpgsqlTypes;

namespace Namesake.Storage.Postgres;

/// <summary>One message on its way into the database, alone or spawned by a settlement.</summary>
/// <param name="queues">One for each of its consignments, in their order.</param>
internal sealed class Acceptance(NewMessage message, long[] queues)
{
    public const int ChunkBytes = 256 * 1024;

    public NewMessage Message => message;

    /// <summary>It was there already; read after the commit.</summary>
    public bool Existed { get; private set; }

    public static long BytesOf(NewMessage message) => (message.Content?.Length ?? 0) + 512 + (256L * message.Envelope.Recipients.Length);

    public ImmutableArray<Consignment> Fresh() => ConsignmentRows.Fresh(message, queues, message.Content is { Length: <= ChunkBytes } ? message.Content : null);

    public static void Apply(Batch batch, List<Acceptance> all)
    {
        if (all.Count == 0)
            return;
        InsertMessages(batch, all);
        var fresh = all.FindAll(acceptance => !acceptance.Existed);
        if (fresh.Count == 0)
            return;
        InsertRecipients(batch, fresh);
        InsertBodies(batch, fresh);
        foreach (var acceptance in fresh)
            acceptance.Count(batch);
    }

    /// <summary>Removes messages whose clients were told 451, unless somebody has begun to send them.</summary>
    public static void TakeBack(Batch batch, IEnumerable<Acceptance> all)
    {
        var ids = all.Where(acceptance => !acceptance.Existed).Select(acceptance => acceptance.Message.Id.Value).ToArray();
        var gone = new List<long>();
        using (var remove = batch.Command("""
            DELETE FROM recipient r WHERE r.message_id = ANY($1) AND NOT EXISTS (
                SELECT 1 FROM recipient o WHERE o.message_id = r.message_id AND o.claim NOT IN (0, $2))
            RETURNING r.message_id, r.queue_id, r.state
            """, ids, batch.Claim))
        using (var rows = remove.ExecuteReader())
            while (rows.Read())
            {
                gone.Add(rows.GetInt64(0));
                if (rows.GetInt16(2) == 0)
                    batch.Add(rows.GetInt64(1), -1);
            }
        Removal.Messages(batch, [.. gone.Distinct()]);
    }

    private static void InsertMessages(Batch batch, List<Acceptance> all)
    {
        var messages = all.ConvertAll(acceptance => acceptance.Message);
        T[] Each<T>(Func<NewMessage, T> of) => [.. messages.Select(of)];
        using var insert = batch.Command("""
            INSERT INTO message (message_id, brand_id, eight_bit, smtp_utf8, is_dsn, size, client, submitter, recipients, sender, return_part, envelope_id)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING message_id
            """,
            Each(m => m.Id.Value), Each(m => m.Envelope.Brand.Value), Each(m => m.Envelope.EightBit), Each(m => m.Envelope.SmtpUtf8), Each(m => m.IsDsn), Each(m => m.Size),
            Each(m => Sql.Storable(m.Client)!), Each(m => Sql.Storable(m.Submitter)!), Each(m => m.Consignments.Sum(c => c.Ordinals.Length)))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, Each(m => m.Envelope.Sender?.ToString()))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, Each(m => (int?)m.Envelope.Return))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, Each(m => Sql.Storable(m.Envelope.EnvelopeId)));
        var inserted = new HashSet<long>();
        using (var rows = insert.ExecuteReader())
            while (rows.Read())
                inserted.Add(rows.GetInt64(0));
        foreach (var acceptance in all)
            acceptance.Existed = !inserted.Contains(acceptance.Message.Id.Value);
    }

    private static void InsertRecipients(Batch batch, List<Acceptance> fresh)
    {
        var rows = fresh.SelectMany(acceptance => acceptance.Rows()).ToList();
        T[] Each<T>(Func<(NewMessage Message, NewConsignment Consignment, int Ordinal, long Queue), T> of) => [.. rows.Select(of)];
        using var insert = batch.Command("""
            INSERT INTO recipient (message_id, ordinal, brand_id, queue_id, address, claim, counted, due, expires, attempts, notify, original, state, delay_told)
            SELECT m, o, b, q, a, c, n, d, e, n, f, g, 0, false FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS v(m, o, b, q, a, c, n, d, e, f, g)
            """,
            Each(r => r.Message.Id.Value), Each(r => r.Ordinal), Each(r => r.Message.Envelope.Brand.Value), Each(r => r.Queue),
            Each(r => r.Message.Envelope.Recipients[r.Ordinal].Address.ToString()), Each(r => r.Consignment.Claimed ? batch.Claim : 0), Each(r => r.Consignment.Claimed ? 1 : 0),
            Each(r => r.Consignment.Due.ToMicroseconds()), Each(r => r.Message.Expires.ToMicroseconds()))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, Each(r => (int?)r.Message.Envelope.Recipients[r.Ordinal].Notify))
            .Add(NpgsqlDbType.Array | NpgsqlDbType.Text, Each(r => Sql.Storable(RecipientRow.Store(r.Message.Envelope.Recipients[r.Ordinal].OriginalRecipient))));
        insert.ExecuteNonQuery();
    }

    private static void InsertBodies(Batch batch, List<Acceptance> fresh)
    {
        var rows = fresh.SelectMany(acceptance => acceptance.Chunks()).ToList();
        if (rows.Count == 0)
            return;
        using var insert = batch.Command(
            "INSERT INTO body (message_id, chunk, brand_id, content) SELECT * FROM unnest($1, $2, $3, $4)",
            rows.Select(row => row.Id).ToArray(), rows.Select(row => row.Chunk).ToArray(), rows.Select(row => row.Brand).ToArray(), rows.Select(row => row.Content).ToArray());
        insert.ExecuteNonQuery();
    }

    private IEnumerable<(NewMessage Message, NewConsignment Consignment, int Ordinal, long Queue)> Rows() =>
        message.Consignments.SelectMany((consignment, i) => consignment.Ordinals.Select(ordinal => (message, consignment, ordinal, queues[i])));

    // Content written piece by piece is in its rows already.
    private IEnumerable<(long Id, int Chunk, string Brand, byte[] Content)> Chunks()
    {
        if (message.Content is not { } content)
            yield break;
        for (var (at, chunk) = (0, 0); at < content.Length || chunk == 0; at += ChunkBytes, chunk++)
            yield return (message.Id.Value, chunk, message.Envelope.Brand.Value, BytesOf(content.Slice(at, Math.Min(ChunkBytes, content.Length - at))));
    }

    private static byte[] BytesOf(ReadOnlyMemory<byte> piece) =>
        MemoryMarshal.TryGetArray(piece, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : piece.ToArray();

    private void Count(Batch batch)
    {
        batch.Messages++;
        batch.Bytes += message.Size;
        batch.HighestId = Math.Max(batch.HighestId, message.Id.Value);
        for (var i = 0; i < queues.Length; i++)
        {
            batch.Add(queues[i], message.Consignments[i].Ordinals.Length);
            if (!message.Consignments[i].Claimed)
                batch.Offer(queues[i], message.Consignments[i].Due.ToMicroseconds());
        }
    }
}
