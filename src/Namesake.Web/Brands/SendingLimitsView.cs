using Namesake.Core.Brands;

namespace Namesake.Web.Brands;

/// <summary>How much may be handed in; a null member is no limit.</summary>
public sealed record SendingLimitsView(int? MessagesPerMinute, int? DailyMessages, int? DailyRecipients, long? LargestMessage, int? MostRecipients)
{
    /// <returns>Null when nothing is limited.</returns>
    public static SendingLimitsView? Of(SendingLimits limits) => limits == SendingLimits.None ? null
        : new SendingLimitsView(limits.MessagesPerMinute, limits.DailyMessages, limits.DailyRecipients, limits.LargestMessage, limits.MostRecipients);
}
