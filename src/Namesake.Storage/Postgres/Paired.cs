using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Recipients with their messages, read by one statement: the message's columns first.</summary>
internal static class Paired
{
    public static List<(MessageRow Message, RecipientRow Row)> ReadAll(NpgsqlDataReader reader)
    {
        var rows = new List<(MessageRow, RecipientRow)>();
        while (reader.Read())
            rows.Add((RowReading.MessageAt(reader), RowReading.RecipientAt(reader, 11).Row));
        return rows;
    }

    /// <summary>For readers: with sockets handled by the thread that hears of them, a read that blocks there would wait for itself.</summary>
    public static async Task<List<(MessageRow Message, RecipientRow Row)>> ReadAllAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var rows = new List<(MessageRow, RecipientRow)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            rows.Add((RowReading.MessageAt(reader), RowReading.RecipientAt(reader, 11).Row));
        return rows;
    }
}
