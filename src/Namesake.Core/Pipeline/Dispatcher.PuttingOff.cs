using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

// Queues that may not move are put off in the spool: the look for due mail doesn't meet them, however many wait there.
public sealed partial class Dispatcher
{
    /// <summary>The way of a domain may change while it is put off, to a site that is open: nobody knows before looking. As long as the longest life of a plan.</summary>
    private static readonly TimeSpan LongestPutOff = TimeSpan.FromHours(1);

    /// <summary>What is tried after a rest may hang in a connection: others are tried meanwhile, but not every second.</summary>
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMinutes(1);

    /// <summary>Queues taken up in one look: their rows are written in slices, and due mail of others waits so long.</summary>
    private const int MostTakenUpAtOnce = 5_000;

    private readonly PutOffQueues _putOff = new();
    private long? _lookedAtObstacles;
    private int _somethingOpened;

    /// <summary>A hold, a suspension or a rest may have ended: what was put off for it is taken up with the next look, which is now.</summary>
    private void Opened()
    {
        Volatile.Write(ref _somethingOpened, 1);
        SignalDue();
    }

    private async Task PutOffAsync(List<(QueueId Id, QueueObstacle Obstacle)> queues)
    {
        if (queues.Count == 0)
            return;
        try
        {
            await _spool.PutOffAsync([.. queues.Select(queue => queue.Id)]);
        }
        finally
        {
            // Also when the outcome is unknown: what may be put off must be taken up. What opened meanwhile is seen with the next look.
            foreach (var group in queues.GroupBy(queue => queue.Obstacle, queue => queue.Id))
                _putOff.Add(group.Key, group, _time.GetTimestamp());
        }
    }

    /// <summary>Takes up what may move again. Asks memory only, once a second or when something opened; the spool hears of it when there is something to take up.</summary>
    private async Task TakeUpAsync()
    {
        if (_putOff.IsEmpty || (Interlocked.Exchange(ref _somethingOpened, 0) == 0 && _lookedAtObstacles is { } before && _time.GetElapsedTime(before) < _options.RefillEvery))
            return;
        var now = _time.GetTimestamp();
        _lookedAtObstacles = now;
        var (taken, room) = (new List<(QueueObstacle Obstacle, List<QueueId> Queues)>(), MostTakenUpAtOnce);
        foreach (var group in _putOff.Groups.ToArray())
        {
            var queues = MayBeTakenUp(group, now) is var most and > 0 ? _putOff.Take(group, Math.Min(most, room)) : [];
            if (queues.Count > 0)
                taken.Add((group.Obstacle, queues));
            room -= queues.Count;
            if (room > 0)
                continue;
            Opened(); // The rest with the next look.
            break;
        }

        if (taken.Count == 0)
            return;
        try
        {
            await _spool.TakeUpAsync([.. taken.SelectMany(group => group.Queues)]);
        }
        catch (SpoolUnavailableException)
        {
            foreach (var (obstacle, queues) in taken)
                _putOff.Add(obstacle, queues, now);
            throw;
        }
    }

    /// <summary>How many of a group: all when nothing keeps them, a few to try what has rested, none while it is closed.</summary>
    private int MayBeTakenUp(PutOffQueues.Group group, long now)
    {
        if (_time.GetElapsedTime(group.Since, now) >= LongestPutOff)
        {
            _putOff.End(group);
            return int.MaxValue;
        }

        var (brand, source, site, destination, identity) = group.Obstacle;
        if (brand is { } id)
            return _model().Brands.Find(id)?.Sources.Contains(source) == true ? int.MaxValue : 0;
        if (IsAnothers(source))
            return int.MaxValue; // The node that sends it must see it.
        if (_gate.ClosedBy(source, site, identity) is not null)
            return 0;
        if (site is not { } known || _gate.FindLane(new LaneKey(source, known)) is not { } lane)
            return int.MaxValue;
        if (lane.RestOf(destination ?? "") is not null)
        {
            group.Closed();
            return 0;
        }

        if (!lane.IsOnTrial(destination))
            return int.MaxValue;
        if (group.Tried is { } tried && (lane.Sessions > 0 || lane.Waiting > 0) && _time.GetElapsedTime(tried, now) < BetweenTrials)
            return 0;
        var size = group.TrialSize;
        group.Trying(now);
        return size;
    }
}
