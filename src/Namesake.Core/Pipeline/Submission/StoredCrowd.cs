using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Keeps what is stored of a crowd's days as small as the crowd: of names that nobody bounds, as senders that differ with each message, only the heaviest are ever read again.</summary>
internal sealed class StoredCrowd(ITallyStore store, TallyScope scope, int most, ILogger log)
{
    private int _saved;
    private DateOnly _day = DateOnly.MaxValue; // none: what an earlier run has left is looked at with the first save

    /// <summary>After a save of so many: looks whether there are too many, each time as many were saved as there may be.</summary>
    public async Task SavedAsync(int count, DateOnly today)
    {
        _saved += count;
        if (count == 0 || (_saved < most && _day == today))
            return;
        try
        {
            if (_day != today) // what came since the last look of the day before
                await store.ForgetLightestAsync(today.AddDays(-1), scope, most);
            await store.ForgetLightestAsync(today, scope, most);
            (_saved, _day) = (0, today);
        }
        catch (SpoolUnavailableException trouble)
        {
            SubmissionLog.TalliesNotForgotten(log, trouble.Message);
        }
    }
}
