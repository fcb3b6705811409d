using System.Collections.Concurrent;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What is kept of names that clients choose and the configuration doesn't bound: envelope senders, client addresses, submitters.</summary>
/// <remarks>When it is full, an eighth of it goes at once, so that a newcomer costs little: the largest groups (brands) give until none is larger than another that gives, each those that weigh least.
/// So one brand's million senders push out none of a brand that has few, and a sender near its limit is forgotten last.
/// Whoever is forgotten begins anew, with as much to hand in again as it weighed: of its group it was among the lightest.</remarks>
/// <param name="most">Names kept, all groups together.</param>
/// <param name="weight">What would be lost by forgetting it.</param>
internal sealed class Crowd<T>(int most, Func<T, long> weight)
    where T : class
{
    private readonly ConcurrentDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Lock _makingRoom = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<T> All => _members.Select(member => member.Value.Value);

    public T? Find(string name) => _members.TryGetValue(name, out var member) ? member.Value : null;

    public T Of<TArgument>(string group, string name, Func<string, TArgument, T> make, TArgument argument)
    {
        if (Find(name) is { } known)
            return known;
        if (Count >= most)
            MakeRoom();
        var made = new Member(group, make(name, argument));
        var kept = _members.GetOrAdd(name, made);
        if (ReferenceEquals(kept, made))
            Interlocked.Increment(ref _count);
        return kept.Value;
    }

    private void MakeRoom()
    {
        lock (_makingRoom)
        {
            if (Count < most)
                return;
            var groups = _members.ToArray().GroupBy(member => member.Value.Group, StringComparer.Ordinal).Select(group => group.ToArray()).ToList();
            var level = Level([.. groups.Select(group => group.Length)], most - Math.Max(1, most / 8));
            foreach (var group in groups)
                // Weighed once: sorting by numbers that change meanwhile would not end well.
                foreach (var (member, _) in group.Select(member => (member, Weight: weight(member.Value.Value))).OrderBy(pair => pair.Weight).Take(group.Length - level))
                    if (_members.TryRemove(member))
                        Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>The size no group may be above, so that together they have no more than there is room for: small groups give nothing.</summary>
    private static int Level(int[] sizes, int room)
    {
        Array.Sort(sizes);
        for (var i = 0; i < sizes.Length; room -= sizes[i++])
            if (room / (sizes.Length - i) < sizes[i])
                return room / (sizes.Length - i);
        return int.MaxValue;
    }

    private sealed record Member(string Group, T Value);
}
