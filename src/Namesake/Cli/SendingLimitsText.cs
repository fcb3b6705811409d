using System.Globalization;
using Namesake.Web.Brands;

namespace Namesake.Cli;

/// <summary>How much may be handed in, in one line.</summary>
internal static class SendingLimitsText
{
    public static string Of(SendingLimitsView limits) => string.Join(", ", new[]
    {
        limits.MessagesPerMinute is { } rate ? $"{Number(rate)} messages/min" : null,
        limits.DailyMessages is { } messages ? $"{Number(messages)} messages/day" : null,
        limits.DailyRecipients is { } recipients ? $"{Number(recipients)} recipients/day" : null,
        limits.LargestMessage is { } bytes ? $"messages up to {Tables.Bytes(bytes)}" : null,
        limits.MostRecipients is { } most ? $"{Number(most)} recipients each" : null,
    }.OfType<string>());

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
