using System.Runtime.InteropServices;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline;

/// <summary>Which queues are put off in the spool, by what keeps them. Used by the look for due mail alone, so it has no lock.</summary>
/// <remarks>Eight bytes a queue. The spool forgets at a start that they are put off, so nothing here has to be stored.</remarks>
internal sealed class PutOffQueues
{
    /// <summary>Queues taken up at once after a rest, so that a message probes: ten of them are likely to have one that is still due.</summary>
    private const int FirstTrial = 10;

    private const int LargestTrial = 640;

    internal sealed class Group(QueueObstacle obstacle, long since)
    {
        public QueueObstacle Obstacle { get; } = obstacle;

        public List<QueueId> Queues { get; } = [];

        /// <summary>When the first of them was put off, by the monotonic clock.</summary>
        public long Since { get; } = since;

        /// <summary>When queues were last taken up to probe; null: not since the rest.</summary>
        public long? Tried { get; private set; }

        public int TrialSize { get; private set; } = FirstTrial;

        public void Closed() => (Tried, TrialSize) = (null, FirstTrial);

        public void Trying(long now) => (Tried, TrialSize) = (now, Math.Min(LargestTrial, TrialSize * 2));
    }

    private readonly Dictionary<QueueObstacle, Group> _groups = [];
    private readonly List<Group> _ended = [];

    public bool IsEmpty => _groups.Count == 0 && _ended.Count == 0;

    public IEnumerable<Group> Groups => _groups.Values.Concat(_ended);

    public void Add(QueueObstacle obstacle, IEnumerable<QueueId> queues, long now)
    {
        if (!_groups.TryGetValue(obstacle, out var group))
            _groups.Add(obstacle, group = new Group(obstacle, now));
        group.Queues.AddRange(queues);
    }

    /// <summary>Its time is over. What is put off for the same from now on is another group, with a time of its own: else one too large to be taken up at once would never end.</summary>
    public void End(Group group)
    {
        if (_groups.TryGetValue(group.Obstacle, out var current) && ReferenceEquals(current, group) && _groups.Remove(group.Obstacle))
            _ended.Add(group);
    }

    /// <summary>Takes out those put off last.</summary>
    public List<QueueId> Take(Group group, int most)
    {
        var count = Math.Min(most, group.Queues.Count);
        var taken = group.Queues.GetRange(group.Queues.Count - count, count);
        CollectionsMarshal.SetCount(group.Queues, group.Queues.Count - count);
        if (group.Queues.Count == 0 && !_ended.Remove(group))
            _groups.Remove(group.Obstacle);
        return taken;
    }
}
