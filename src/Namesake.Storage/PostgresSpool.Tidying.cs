using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Postgres;
using Namesake.Storage.Rows;
using Npgsql;

namespace Namesake.Storage;

// What doesn't stay for ever.
public sealed partial class PostgresSpool
{
    /// <summary>Lets old events and undeliverable mail go, forgets queues in which nothing waits, holds that hold nothing, and leases of sources that nobody has asked for in a month. Otherwise done by each node once an hour.</summary>
    internal async Task TidyAsync()
    {
        await using (var connection = await _source.OpenConnectionAsync(_ending.Token).ConfigureAwait(false))
            await _events.TidyAsync(connection, _ending.Token).ConfigureAwait(false);
        await ForgetUndeliverableAsync().ConfigureAwait(false);
        for (long? after = 0; after is { } from;)
        {
            var operation = new ForgetQueuesOperation(from, Slice);
            await _administration.ApplyAsync(operation).ConfigureAwait(false);
            _keys.Forget(operation.Gone);
            after = operation.Last;
        }
        await _keys.CompareAsync(_ending.Token).ConfigureAwait(false);

        // Young ones may be given to more mail this moment, by a command that is still at work.
        var old = _time.GetUtcNow().AddDays(-1).ToMicroseconds();
        await _administration.ApplyAsync(new StatementOperation(64, batch => batch.Command(
            "DELETE FROM hold h WHERE since < $1 AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.state = 2 AND r.hold_id = h.hold_id)", old))).ConfigureAwait(false);
        await _administration.ApplyAsync(new StatementOperation(64, batch => batch.Command("DELETE FROM source_lease WHERE until < now() - interval '30 days'"))).ConfigureAwait(false);
        foreach (var table in new[] { IdentityTable, FrozenTable })
            await _administration.ApplyAsync(new StatementOperation(64, batch => States.Tidy(batch, table))).ConfigureAwait(false);
    }

    private async Task ForgetUndeliverableAsync()
    {
        var before = EventDays.Oldest(_eventDays, _time.GetUtcNow()).ToMicroseconds();
        var (slice, gone) = (Slice, 0);
        while (slice == Slice)
        {
            var operation = new ForgetUndeliverableOperation(before, Slice);
            await _administration.ApplyAsync(operation).ConfigureAwait(false);
            gone += slice = operation.Rows;
        }
        if (gone > 0)
            Log.UndeliverableGone(_log, gone, _eventDays);
    }

    // Beside the signs of life, which can't wait until the files of a day are removed; and what fails here is no reason to refuse mail.
    private async Task TidyBesideAsync(ILogger log)
    {
        try
        {
            await TidyAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or SpoolUnavailableException or IOException or TimeoutException or OperationCanceledException)
        {
            if (!_ending.IsCancellationRequested)
                Log.TidyFailed(log, e);
        }
    }
}
