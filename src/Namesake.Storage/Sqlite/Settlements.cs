using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Rows;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Reading;

namespace Namesake.Storage.Sqlite;

/// <summary>How attempts ended: recipients, event and DSNs in one transaction, and the content file gone after it when nobody is left who needs it.</summary>
internal sealed class Settlements(OpenedSpool spool, Intake intake, ILogger log)
{
    public async Task<ImmutableArray<Consignment>> SettleAsync(Settlement settlement)
    {
        if (!settlement.Consignment.Claimed && settlement.Results.Any(result => result.Fate != RecipientFate.Noted))
            throw new ArgumentException("Mail that isn't claimed can only be noted about.", nameof(settlement));
        var json = settlement.Event is { } story ? JsonSerializer.SerializeToUtf8Bytes(story, EventJson.Default.AttemptEvent) : null;
        var bytes = 256L + (json?.Length ?? 0);
        if (settlement.Spawned.IsEmpty)
        {
            var alone = new SettleOperation(settlement, json, [], bytes);
            await spool.Writer.ApplyAsync(alone).ConfigureAwait(false);
            if (alone.FileIsFree)
                RemoveFile(settlement.Consignment.Message);
            return [];
        }
        bytes += settlement.Spawned.Sum(Acceptance.BytesOf);
        var spawned = await intake.PrepareAsync(settlement.Spawned, bytes, guarded: false).ConfigureAwait(false);
        var operation = new SettleOperation(settlement, json, spawned, bytes);
        await intake.CommitAsync(operation, spawned).ConfigureAwait(false);
        if (operation.FileIsFree)
            RemoveFile(settlement.Consignment.Message);
        return operation.Happened ? [.. spawned.SelectMany(acceptance => acceptance.Result())] : await SpawnedBeforeAsync(settlement).ConfigureAwait(false);
    }

    // A settlement given again after an unknown outcome: what it had spawned, as far as it is still there.
    private async Task<ImmutableArray<Consignment>> SpawnedBeforeAsync(Settlement settlement)
    {
        var ids = settlement.Spawned.Select(message => message.Id).ToList();
        var (stored, gone) = await spool.Readers.ReadAsync(
            reader => (StoredConsignments.Of(reader, ids), StoredConsignments.Missing(reader, ids)), CancellationToken.None).ConfigureAwait(false);
        foreach (var id in gone)
            RemoveFile(id); // if there is one, it was written anew for a DSN that has left already
        return stored;
    }

    private void RemoveFile(MessageId message)
    {
        try
        {
            spool.Files.Remove(message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.FileNotRemoved(log, message.ToString(), e);
        }
    }
}
