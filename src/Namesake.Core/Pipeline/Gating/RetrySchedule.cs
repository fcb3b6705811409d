using System.Collections.Immutable;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>When a message is tried again.</summary>
public sealed record RetrySchedule
{
    /// <summary>Waits after the first, second, … attempt; the last one repeats.</summary>
    /// <value>Default 5, 10, 20, 40, 80 minutes, then every 3 hours. RFC 5321 §4.5.4.1 asks for at least 30 minutes in the long run and allows
    /// two tries in the first hour; greylisting receivers commonly open after 5 minutes. Each at least 1 second.</value>
    public ImmutableArray<TimeSpan> Waits { get; init; } =
    [
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(80), TimeSpan.FromHours(3),
    ];

    /// <summary>Share by which a wait may be longer, so that mail that came together does not come back together. Default 0.2; range 0 to 1.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>The time of the attempt after this one. The jitter is a function of message and attempt: the same question gives the same answer.</summary>
    /// <param name="attempts">Attempts begun, at least 1.</param>
    public DateTimeOffset NextDue(MessageId message, int attempts, DateTimeOffset now)
    {
        var wait = Waits[Math.Clamp(attempts - 1, 0, Waits.Length - 1)];
        // Not HashCode: that differs from one start of the process to the next.
        var mixed = unchecked(((ulong)message.Value + ((ulong)attempts * 0xD1B54A32D192ED03UL)) * 0x9E3779B97F4A7C15UL);
        var spread = (uint)(mixed >> 32) / (double)uint.MaxValue;
        return now + wait + (wait * (Jitter * spread));
    }
}
