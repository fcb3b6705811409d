namespace Namesake.Core.Brands;

/// <summary>How much a reseller, a brand, a user, an envelope sender or a client address may hand in. Null: as much as it likes, which is the default: what is right for one is wrong for the next.</summary>
public sealed record SendingLimits
{
    public static readonly SendingLimits None = new();

    /// <summary>Messages a minute, over any minute; as many may come at once after a quiet one. Not remembered over a restart.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>Messages a day (UTC). Remembered over restarts; a kill may forget what was accepted in its last seconds.</summary>
    public int? DailyMessages { get; init; }

    /// <summary>Recipients a day (UTC), over all messages.</summary>
    public int? DailyRecipients { get; init; }

    /// <summary>Bytes of one message. Below the relay's own largest.</summary>
    public long? LargestMessage { get; init; }

    /// <summary>Recipients of one message. RFC 5321 §4.5.3.1.8 wants 100 at least.</summary>
    public int? MostRecipients { get; init; }
}
