using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity;
using Namesake.Core.Identity.History;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Suppression;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>A place where a spool lives, so that it can be closed and opened again. One per storage engine.</summary>
public abstract class SpoolHouse : IAsyncDisposable
{
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Open; null after <see cref="CloseAsync"/>.</summary>
    public abstract ISpool Spool { get; }

    public ISpoolView View => (ISpoolView)Spool;

    public IIdentityStore Identity => (IIdentityStore)Spool;

    public IHistoryStore History => (IHistoryStore)Spool;

    public ITallyStore Tallies => (ITallyStore)Spool;

    public ISourceLeases Leases => (ISourceLeases)Spool;

    public IFreezeStore Freezes => (IFreezeStore)Spool;

    public ISuppressionStore Suppressions => (ISuppressionStore)Spool;

    public abstract Task OpenAsync();

    public abstract Task CloseAsync();

    /// <summary>Opens what a power cut at this moment would have left.</summary>
    public abstract Task CrashAsync();

    /// <summary>What attempt events may take, from the next opening on.</summary>
    public long EventBytes { get; set; } = 1L << 40;

    /// <summary>Whole days for which events are kept.</summary>
    public int EventDays => 14;

    /// <summary>Has done at once what is done beside the mail now and then. An engine that does it whenever nothing waits has nothing to do here: tests wait for what comes of it.</summary>
    public abstract Task TidyAsync();

    /// <summary>Everything told to the operator.</summary>
    public RecordingLog Log { get; } = new();

    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public abstract ValueTask DisposeAsync();
}
