using Namesake.Configuration.Forms;
using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

/// <summary>How much may be handed in. The same keys for resellers, brands, users, senders and clients.</summary>
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

    public static readonly Section OfReseller = Of("resellers[].limits", "How much may be handed in for all brands of the reseller together. Their own limits hold as well. `largestMessage` and `mostRecipients` hold for each message.");
    public static readonly Section OfSender = Of("brands[].senderLimits",
        "How much each envelope sender of `senderDomains` may hand in, whoever logs in; `ann+list@` is `ann@`. Forwarded mail and null senders are not counted. All senders together: 100,000 are remembered; beyond, brands with most senders forget those that sent least.");
    public static readonly Section OfClient = Of("clients[].limits",
        "How much each address of the range may hand in without a login; an IPv6 /64 counts as one address. In place of the listener's `clientLimits`. Addresses and senders are remembered together.");
    public static readonly Section OfListener = Of("listeners[].clientLimits",
        "How much each client address may hand in here without a login; an IPv6 /64 counts as one address.");

    /// <returns>Null when they are not there, which is something else than having none.</returns>
    public static SendingLimits? Find(Placed<SectionReader>? limits) => limits is null ? null : Read(limits);

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
