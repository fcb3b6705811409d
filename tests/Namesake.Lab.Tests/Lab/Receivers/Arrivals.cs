using System.Collections;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>What has arrived, and how many of those promised haven't.</summary>
internal sealed class Arrivals(IReadOnlyList<Arrival> all, IReadOnlyCollection<string> promised) : IReadOnlyList<Arrival>
{
    public int Missing { get; } = promised.Except(all.Select(arrival => arrival.MessageId)).Count();

    public int Count => all.Count;

    public Arrival this[int index] => all[index];

    public IEnumerator<Arrival> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() =>
        $"{Count} arrived, {Missing} missing; {string.Join(", ", all.GroupBy(arrival => arrival.Domain).Select(group => $"{group.Count()} at {group.Key}"))}";
}
