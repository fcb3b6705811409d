using System.Collections.Immutable;
using Namesake.Core.Plans.Journal;

namespace Namesake.Core.Plans.Applying;

/// <summary>The lines one runner writes: under the lock it holds, with its name and the time, told to who watches.</summary>
internal sealed class PlanJournal(IPlanHold hold, PlanId plan, string who, TimeProvider time, IProgress<PlanEntry>? progress)
{
    public async Task WriteAsync(PlanEvent kind, string text, ImmutableArray<int> changes = default, Func<PlanEntry, PlanEntry>? with = null)
    {
        var entry = new PlanEntry(time.GetUtcNow(), who, kind, text) { Changes = changes.IsDefault ? [] : changes };
        if (with is not null)
            entry = with(entry);
        await hold.AppendAsync(plan, entry);
        progress?.Report(entry);
    }

    /// <summary>On the way back a full disk must not keep anything from being put right: reading back finds out later what a line would have said.</summary>
    /// <returns>False: it could not be written.</returns>
    public async Task<bool> TryWriteAsync(PlanEvent kind, string text, ImmutableArray<int> changes = default)
    {
        try
        {
            await WriteAsync(kind, text, changes);
            return true;
        }
        catch (PlanStoreException)
        {
            return false;
        }
    }
}
