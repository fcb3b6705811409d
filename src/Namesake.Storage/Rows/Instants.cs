namespace Namesake.Storage.Rows;

/// <summary>Times as they are stored: microseconds since 1970, UTC.</summary>
internal static class Instants
{
    private const long Latest = 253_402_300_799_999_999; // the end of the year 9999

    public static long ToMicroseconds(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <exception cref="InvalidDataException">No time a person will live to see: the row is damaged.</exception>
    public static DateTimeOffset FromMicroseconds(long value) =>
        value is >= 0 and <= Latest ? DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond) : throw new InvalidDataException($"{value} is no time");
}
