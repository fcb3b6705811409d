using System.CommandLine;
using System.Globalization;

namespace Namesake.Cli;

/// <summary>Times as people type them: a span from now ("90m", "8h", "1d"), or a time of the calendar.</summary>
internal static class Moments
{
    /// <summary>What an option says, which <see cref="Check"/> has let pass; null when it isn't given.</summary>
    public static DateTimeOffset? Of(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text && TryParse(text, TimeProvider.System.GetUtcNow(), out var moment) ? moment : null;

    /// <summary>Refuses what is no time before anything is asked.</summary>
    public static void Check(Command command, Option<string?> option) => command.Validators.Add(result =>
    {
        if (result.GetValue(option) is { } text && Error(option, text) is { } error)
            result.AddError(error);
    });

    /// <summary>What is wrong with a text; null: it is a time.</summary>
    public static string? Error(Option<string?> option, string text) => TryParse(text, TimeProvider.System.GetUtcNow(), out _) ? null
        : $"{option.Name} is a span such as 90m or 8h, or a time such as 2026-01-31T18:00Z, not \"{text}\"";

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
