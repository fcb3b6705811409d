using System.Globalization;

namespace Namesake.Core.Messages;

/// <summary>Names one accepted message for its whole life.</summary>
/// <remarks>Monotone: microseconds since 1970 (UTC) at acceptance, raised by one where two would be equal or where the clock went back.
/// So a range of ids is a range of acceptance times.</remarks>
public readonly record struct MessageId(long Value) : IComparable<MessageId>
{
    /// <summary>The earliest id a message accepted at this time can have.</summary>
    public static MessageId At(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>When it was accepted, to the microsecond; off by the bump where many arrived in the same one.</summary>
    public DateTimeOffset AcceptedAt => DateTimeOffset.UnixEpoch.AddTicks(Value * TimeSpan.TicksPerMicrosecond);

    public static bool TryParse(string text, out MessageId id)
    {
        var parsed = long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value > 0;
        id = new MessageId(parsed ? value : 0);
        return parsed;
    }

    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    public static bool operator <(MessageId left, MessageId right) => left.Value < right.Value;
    public static bool operator >(MessageId left, MessageId right) => left.Value > right.Value;
    public static bool operator <=(MessageId left, MessageId right) => left.Value <= right.Value;
    public static bool operator >=(MessageId left, MessageId right) => left.Value >= right.Value;

    /// <summary>Lower-case hexadecimal, as it stands in Received headers, logs and CLI.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
