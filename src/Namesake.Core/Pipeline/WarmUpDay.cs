using System.Globalization;
using Namesake.Core.Sources;

namespace Namesake.Core.Pipeline;

/// <summary>A source's warm-up today.</summary>
/// <param name="Handed">Messages handed to receivers since 00:00 UTC.</param>
/// <param name="Aboard">Those lined up or being sent.</param>
/// <param name="Limit">Of today; 0 before the first day.</param>
/// <param name="FullSince">Null while there is room.</param>
public sealed record WarmUpDay(WarmUp Ramp, DateOnly Day, long Handed, int Aboard, int Limit, DateTimeOffset? FullSince)
{
    public bool IsFull => Left == 0;

    public int Left => (int)Math.Clamp(Limit - Handed - Aboard, 0, int.MaxValue);

    /// <summary>"warm-up: 100 of 100 today".</summary>
    public string Describe() => Day < Ramp.From
        ? string.Create(CultureInfo.InvariantCulture, $"warm-up: begins on {Ramp.From:yyyy-MM-dd}")
        : string.Create(CultureInfo.InvariantCulture, $"warm-up: {Handed + Aboard} of {Limit} today");

    /// <summary>"goes on at 00:00 UTC".</summary>
    public string GoesOn => Day < Ramp.From ? "at 00:00 UTC" : "goes on at 00:00 UTC";
}
