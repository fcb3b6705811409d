using System.Collections.Immutable;

namespace Namesake.Core.Sources;

/// <summary>A new address begins with little mail and carries more each day, because receivers take a sudden crowd from an unknown address for a stolen machine.</summary>
/// <remarks>For the source, not for each of its sites: published schedules count what an address sends in all, and a receiver that wants it slower has its own limits under
/// <c>sites</c>. A ramp for every site would ask an operator for numbers nobody publishes, and a small site would never see its day's end.</remarks>
/// <param name="From">The first day (UTC). Before it the source carries nothing.</param>
/// <param name="PerDay">Messages handed to receivers on the first, second, … day; 1 to 366 of them. After the last there is no limit.</param>
public sealed record WarmUp(DateOnly From, ImmutableArray<int> PerDay)
{
    /// <summary>Ours, in the manner of the schedules large providers publish for new addresses: tens on the first day, a million after two weeks. Above that nobody is unknown any more.</summary>
    public static readonly ImmutableArray<int> Usual =
        [50, 100, 500, 1_000, 5_000, 10_000, 20_000, 40_000, 70_000, 100_000, 150_000, 250_000, 400_000, 600_000, 1_000_000];

    /// <summary>The first day without a limit.</summary>
    public DateOnly Ends => From.AddDays(PerDay.Length);

    /// <summary>Messages the source may carry on a day; null: as many as come.</summary>
    public int? LimitOn(DateOnly day) => day < From ? 0 : day >= Ends ? null : PerDay[day.DayNumber - From.DayNumber];

    public bool Equals(WarmUp? other) => other is not null && From == other.From && PerDay.AsSpan().SequenceEqual(other.PerDay.AsSpan());

    public override int GetHashCode() => HashCode.Combine(From, PerDay.Length, PerDay.IsEmpty ? 0 : PerDay[^1]);
}
