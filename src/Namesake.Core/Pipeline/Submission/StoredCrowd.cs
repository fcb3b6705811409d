using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Keeps what is stored of a crowd's days as small as the crowd: of names that nobody bounds, as senders that differ with each message, only the heaviest are ever read again.</summary>
/// <remarks>Today comes first: it is the day that grows. A day the store can't cut now, as one that takes longer to read than a read may, is tried again after an hour, and as yesterday on the day after;
/// each try costs a reader its second.</remarks>
internal sealed class StoredCrowd(ITallyStore store, TallyScope scope, int most, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(1);

    private readonly Dictionary<DateOnly, TimeSpan> _due = []; // days to be cut, and from when on
    private int _saved;
    private DateOnly _day = DateOnly.MaxValue; // none: what an earlier run has left is looked at with the first save

    /// <summary>After a save of so many: looks whether there are too many, each time as many were saved as there may be.</summary>
    public async Task SavedAsync(int count, DateOnly today, CancellationToken stop)
    {
        _saved += count;
        if (count == 0)
            return;
        var yesterday = today.AddDays(-1);
        if (_day != today)
        {
            _due.Clear();
            _due[today] = _due[yesterday] = Now; // yesterday: what came since the last look of the day before
            (_saved, _day) = (0, today);
        }
        else if (_saved >= most)
        {
            _due.TryAdd(today, Now);
            _saved = 0;
        }

        await CutAsync(today, stop);
        await CutAsync(yesterday, stop);
    }

    /// <summary>Monotonic: a clock that is set brings nothing nearer.</summary>
    private TimeSpan Now => time.GetElapsedTime(0);

    private async Task CutAsync(DateOnly day, CancellationToken stop)
    {
        if (!_due.TryGetValue(day, out var from) || from > Now)
            return;
        try
        {
            await store.ForgetLightestAsync(day, scope, most, stop);
            _due.Remove(day);
        }
        catch (SpoolUnavailableException trouble)
        {
            _due[day] = Now + AgainAfter;
            SubmissionLog.TalliesNotForgotten(log, trouble.Message);
        }
    }
}
