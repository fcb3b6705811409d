using System.Globalization;

namespace Namesake.Web;

/// <summary>Spans of time as people say them: two units at the most.</summary>
public static class Ages
{
    /// <summary>"42 s", "3 min", "5 h 10 min", "2 d 4 h"; what lies behind counts as nothing.</summary>
    public static string Short(TimeSpan span)
    {
        var culture = CultureInfo.InvariantCulture;
        return span switch
        {
            { TotalSeconds: < 1 } => "0 s",
            { TotalMinutes: < 1 } => string.Create(culture, $"{span.Seconds} s"),
            { TotalHours: < 1 } => string.Create(culture, $"{span.Minutes} min"),
            { TotalDays: < 1 } => string.Create(culture, $"{span.Hours} h{(span.Minutes == 0 ? "" : $" {span.Minutes} min")}"),
            _ => string.Create(culture, $"{span.Days} d{(span.Hours == 0 ? "" : $" {span.Hours} h")}"),
        };
    }
}
