using System.Globalization;

namespace Namesake.Cli;

/// <summary>Times as people type them: a span from now ("90m", "8h", "1d"), or a time of the calendar.</summary>
internal static class Moments
{
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset moment)
    {
        moment = now;
        if (text.Length is >= 2 and <= 6 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            TimeSpan? unit = text[^1] switch { 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), _ => null };
            moment = now + (number * (unit ?? TimeSpan.Zero));
            return unit is not null;
        }

        // A time without a zone is the wall clock of who types it.
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal, out moment);
    }
}
