using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Web.Queue;

/// <summary>Counts what waits from the numbers each queue's row keeps, never from its messages: a million of them cost what their queues cost.</summary>
internal sealed class QueueCount(ISpoolView spool, Func<QueueKey, QueueStanding> standingOf)
{
    public static readonly ImmutableArray<string> Kinds = ["brand", "source", "domain", "site", "state", "reason"];

    private const int PageSize = 1000;

    public async Task<QueueCountView> ReadAsync(SpoolFilter filter, string by, int limit, CancellationToken cancellation)
    {
        var total = new Sum();
        var groups = new Dictionary<(bool Known, string Name), Sum>();
        var after = new QueueId(0);
        while (true)
        {
            var page = await spool.QueuesAsync(filter, after, PageSize, cancellation);
            foreach (var queue in page)
            {
                var standing = standingOf(queue.Key);
                var name = Name(by, queue.Key, standing);
                if (!groups.TryGetValue((name is not null, name ?? ""), out var sum))
                    groups.Add((name is not null, name ?? ""), sum = new Sum());
                sum.Add(queue, standing);
                total.Add(queue, standing);
            }

            if (page.Length < PageSize)
                break;
            after = page[^1].Id;
        }

        var sorted = groups.OrderByDescending(group => group.Value.Waiting).ThenBy(group => group.Key.Name, StringComparer.Ordinal).ToList();
        var others = new Sum();
        foreach (var (_, sum) in sorted.Skip(limit))
            others.Add(sum);
        return new QueueCountView(
            by, total.Shown(), [.. sorted.Take(limit).Select(group => new QueueGroupView(group.Key.Known ? group.Key.Name : null, group.Value.Shown()))],
            sorted.Count > limit ? new QueueOthersView(sorted.Count - limit, others.Shown()) : null);
    }

    private static string? Name(string by, QueueKey key, QueueStanding standing) => by switch
    {
        "brand" => key.Brand.Value,
        "source" => key.Source.Value,
        "domain" => key.Domain.Value,
        "site" => standing.Route?.Site.Value,
        "state" => StateOf(standing),
        _ => standing.Hold is { } hold ? $"{hold.Check} {hold.Reason}" : standing.Rest?.Reason ?? "waits for its time",
    };

    /// <summary>As the list of queues says it.</summary>
    public static string StateOf(QueueStanding standing) => standing.Hold is not null ? "held" : standing.Rest is not null ? "resting" : standing.Draining ? "draining" : "moving";

    private sealed class Sum
    {
        private long _queues, _held, _resting;
        private DateTimeOffset? _due;

        public long Waiting { get; private set; }

        public void Add(QueueSummary queue, QueueStanding standing)
        {
            _queues++;
            Waiting += queue.Waiting;
            _held += standing.Hold is null ? 0 : queue.Waiting;
            _resting += standing is { Hold: null, Rest: not null } ? queue.Waiting : 0;
            Offer(queue.EarliestDue);
        }

        public void Add(Sum other)
        {
            (_queues, Waiting, _held, _resting) = (_queues + other._queues, Waiting + other.Waiting, _held + other._held, _resting + other._resting);
            Offer(other._due);
        }

        public QueueSumView Shown() => new(_queues, Waiting, _held, _resting, _due);

        private void Offer(DateTimeOffset? due)
        {
            if (due is not null && (_due is null || due < _due))
                _due = due;
        }
    }
}
