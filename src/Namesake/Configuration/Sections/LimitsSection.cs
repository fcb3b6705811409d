using Namesake.Configuration.Forms;
using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

/// <summary>How much may be handed in. The same keys for brands and users.</summary>
internal static class LimitsSection
{
    private const int Most = 1_000_000_000;

    public static readonly Key<int> MessagesPerMinute = Key.Optional("messagesPerMinute", Form.WholeNumber(1, 1_000_000),
        "As many may come at once after a quiet minute. Beyond: 451 4.7.1. Not remembered over a restart.");
    public static readonly Key<int> DailyMessages = Key.Optional("dailyMessages", Form.WholeNumber(1, Most),
        "A day is UTC's. Beyond: 452 4.7.1 with the time it opens again. Remembered over restarts; a kill may forget the last 5 seconds.");
    public static readonly Key<int> DailyRecipients = Key.Optional("dailyRecipients", Form.WholeNumber(1, Most), "The same, over the recipients of all messages.");
    public static readonly Key<long> LargestMessage = Key.Optional("largestMessage", Form.Size(1_024, 1L << 30), "Beyond: 552 5.3.4. Where `maximumMessageBytes` is less, that counts.");
    public static readonly Key<int> MostRecipients = Key.Optional("mostRecipients", Form.WholeNumber(1, 10_000), "Of one message. Beyond: 452 4.5.3; clients send the rest in another message.");

    public static readonly Section OfBrand = Of("brands[].limits", "How much may be handed in for the brand, over all its users, clients and listeners. What is not accepted is not counted.");
    public static readonly Section OfUser = Of("users[].limits", "How much the user may hand in. The brand's limits hold as well.");

    public static SendingLimits Read(Placed<SectionReader>? limits) => limits is not { Value: var reader } ? SendingLimits.None : new SendingLimits
    {
        MessagesPerMinute = reader.Find(MessagesPerMinute)?.Value,
        DailyMessages = reader.Find(DailyMessages)?.Value,
        DailyRecipients = reader.Find(DailyRecipients)?.Value,
        LargestMessage = reader.Find(LargestMessage)?.Value,
        MostRecipients = reader.Find(MostRecipients)?.Value,
    };

    private static Section Of(string path, string introduction) => new(path, introduction, [MessagesPerMinute, DailyMessages, DailyRecipients, LargestMessage, MostRecipients]);
}
