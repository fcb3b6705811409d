using System.Collections.Immutable;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Leases;

/// <summary>A database that gives leases by its own clock, and nodes whose requests and answers the test carries by hand.</summary>
internal sealed class LeaseServer(TimeProvider clock, TimeSpan term)
{
    private readonly Dictionary<SourceId, (string Node, Node Holder, long Token, DateTimeOffset Since, DateTimeOffset Until)> _rows = [];

    public Node Join(string name) => new(this, name);

    private LeaseAnswer Hold(Node node, ImmutableArray<SourceId> sources)
    {
        var now = clock.GetUtcNow();
        foreach (var source in sources)
        {
            var known = _rows.TryGetValue(source, out var row);
            if (known && row.Holder == node)
                _rows[source] = row with { Until = now + term };
            else if (!known || row.Until <= now)
                _rows[source] = (node.Name, node, row.Token + 1, now, now + term);
        }
        return new LeaseAnswer(term, [.. sources.Select(source => _rows[source] is var row ? new SourceLease(source, row.Node, row.Holder == node, row.Token, row.Since, row.Until) : null!)]);
    }

    internal sealed class Node(LeaseServer server, string name) : ISourceLeases
    {
        public string Name => name;

        public LeaseServer Server => server;

        /// <summary>Nothing is lost or late on the way.</summary>
        public bool IsNear { get; set; }

        public Question? Asked { get; private set; }

        public Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation)
        {
            Asked = new Question(() => server.Hold(this, sources));
            if (IsNear)
            {
                Asked.Arrive();
                Asked.Return();
            }
            return Asked.Answered;
        }
    }

    internal sealed class Question(Func<LeaseAnswer> hold)
    {
        private readonly TaskCompletionSource<LeaseAnswer> _answered = new();
        private LeaseAnswer? _answer;

        public Task<LeaseAnswer> Answered => _answered.Task;

        public bool HasArrived => _answer is not null;

        public void Arrive() => _answer ??= hold();

        public void Return() => _answered.SetResult(_answer!);

        /// <summary>Whether it has arrived or not, its sender hears nothing of it.</summary>
        public void Lose() => _answered.SetException(new IOException("the connection is gone"));
    }
}
