using NpgsqlTypes;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>Commands with positional, typed parameters, kept prepared by Npgsql per connection.</summary>
internal static class Sql
{
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>One of several that go to the server together.</summary>
    public static NpgsqlBatchCommand BatchCommand(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>A parameter that may be null still has a type.</summary>
    public static object Text(string? value) => value is null ? NullText : value;

    private static readonly object NullText = DBNull.Value;

    public static NpgsqlCommand Add(this NpgsqlCommand command, NpgsqlDbType type, object? value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return command;
    }

    public static NpgsqlBatchCommand Add(this NpgsqlBatchCommand command, NpgsqlDbType type, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });
        return command;
    }

    /// <summary>What PostgreSQL's text can hold: no NUL, no half of a character. Receivers choose what they reply.</summary>
    public static string? Storable(string? text)
    {
        if (text is null)
            return null;
        if (text.Contains('\0', StringComparison.Ordinal))
            text = text.Replace('\0', '\uFFFD');
        return text.Any(char.IsSurrogate) ? System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) : text;
    }
}
