using Namesake.Core.Pipeline.Spool;
using Npgsql;

namespace Namesake.Storage.Postgres;

/// <summary>PostgreSQL's errors in words: what, and what to do.</summary>
internal static class Trouble
{
    /// <summary>True when an operation failed for what it is: its neighbours can go on without it.</summary>
    public static bool IsOwnFault(Exception failure) =>
        failure is PostgresException { SqlState: [ '2', '2' or '3', ..] } || (failure is not NpgsqlException and not IOException and not TimeoutException and not ObjectDisposedException);

    /// <summary>The server undid a transaction so that another could go on (40P01), or because it can't be told when it happened (40001): begun anew it mostly succeeds.</summary>
    public static bool IsUndone(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>The conversation broke off, or the server ended it because it stops (57P01 to 57P03).</summary>
    public static bool IsLostConnection(NpgsqlException failure) => failure is not PostgresException || failure.SqlState is [ '5', '7', 'P', ..];

    public static SpoolUnavailableException Describe(Exception failure) => failure switch
    {
        SpoolUnavailableException known => known,
        PostgresException { SqlState: "28P01" or "28000" } e => new($"PostgreSQL refuses the user or password: {e.MessageText}. Check `database.user` and the password file.", e),
        PostgresException { SqlState: "3D000" } e => new($"PostgreSQL: {e.MessageText}. Make it: createdb --encoding UTF8.", e),
        PostgresException { SqlState: "42501" } e => new($"PostgreSQL: {e.MessageText}. Make the relay's user the owner of its schema.", e),
        PostgresException { SqlState: "53100" } e => new($"PostgreSQL has no room: {e.MessageText}. Free some space; it goes on by itself.", e),
        PostgresException { SqlState: "53300" } e => new($"PostgreSQL takes no more connections: {e.MessageText}. Raise max_connections.", e),
        PostgresException e => new($"PostgreSQL reports {e.SqlState}: {e.MessageText}", e),
        NpgsqlException e => new($"PostgreSQL can't be reached: {e.Message} {e.InnerException?.Message} It is tried again with the next message.", e),
        _ => new($"The spool can't be used: {failure.Message}", failure),
    };

    public static Exception ForCaller(Exception failure) =>
        failure is NpgsqlException or IOException or InvalidDataException or FormatException ? Describe(failure) : failure;
}
