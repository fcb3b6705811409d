using System.Collections.Immutable;
using Namesake.Core.Pipeline;
using Namesake.Core.Sources;

namespace Namesake.Web.Sources;

/// <summary>A source's warm-up.</summary>
/// <param name="PerDay">Messages on the first, second, … day.</param>
/// <param name="Day">The day it is today, from 1; 0 before the first; null when it is over.</param>
/// <param name="Handed">Messages handed to receivers or on their way to them since 00:00 UTC; null when it is over.</param>
/// <param name="Limit">Of today; null when it is over.</param>
/// <param name="Text">The same in words.</param>
public sealed record WarmUpView(DateOnly From, ImmutableArray<int> PerDay, int? Day, long? Handed, int? Limit, string Text)
{
    public static WarmUpView? Of(Source source, WarmUps warmUps)
    {
        if (source.WarmUp is not { } ramp)
            return null;
        return warmUps.Of(source) is not { } today ? new WarmUpView(ramp.From, ramp.PerDay, null, null, null, FormattableString.Invariant($"warm-up: over since {ramp.Ends:yyyy-MM-dd}"))
            : new WarmUpView(ramp.From, ramp.PerDay, Math.Max(0, today.Day.DayNumber - ramp.From.DayNumber + 1), today.Handed + today.Aboard, today.Limit,
                today.IsFull ? $"{today.Describe()}, {today.GoesOn}" : today.Describe());
    }
}
