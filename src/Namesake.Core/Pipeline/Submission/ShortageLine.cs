using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Tells of a shortage at most every ten seconds: what is short must not fill the disk with lines that say so.</summary>
internal sealed class ShortageLine(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private long? _toldAt;
    private int _since;

    public void Tell(string shortage)
    {
        int turnedAway;
        lock (_lock)
        {
            _since++;
            if (_toldAt is { } told && time.GetElapsedTime(told) < Between)
                return;
            _toldAt = time.GetTimestamp();
            (turnedAway, _since) = (_since, 0);
        }

        SubmissionLog.Short(log, turnedAway, shortage);
    }
}
