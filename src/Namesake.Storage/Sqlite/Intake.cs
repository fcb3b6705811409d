using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage.Files;
using Namesake.Storage.Sqlite.Operations;
using Namesake.Storage.Sqlite.Writing;

namespace Namesake.Storage.Sqlite;

/// <summary>New messages on their way in: room first, then a large content into its file, then the commit that refers to it.</summary>
internal sealed class Intake(OpenedSpool spool)
{
    public async Task<ImmutableArray<Consignment>> AcceptAsync(NewMessage message)
    {
        var size = message.Content?.Length ?? 0;
        spool.Disk.Promise(size);
        try
        {
            return await TakeAsync(message).ConfigureAwait(false);
        }
        finally
        {
            spool.Disk.Settle(size);
        }
    }

    private async Task<ImmutableArray<Consignment>> TakeAsync(NewMessage message)
    {
        var bytes = Acceptance.BytesOf(message);
        if (message is { Content: { } inline, ContentFile: null } && inline.Length <= spool.Options.InlineContentBytes)
        {
            // Nothing beside the database: the way of nearly every message.
            var acceptance = new Acceptance(message, spool.Files, null);
            await spool.Writer.ApplyAsync(new AcceptOperation(acceptance, bytes)).ConfigureAwait(false);
            return acceptance.Result();
        }
        var acceptances = await PrepareAsync([message], bytes, guarded: true).ConfigureAwait(false);
        await CommitAsync(new AcceptOperation(acceptances[0], bytes), acceptances).ConfigureAwait(false);
        return acceptances[0].Result();
    }

    /// <summary>Waits for room, then writes what belongs beside the database. Without it the room is given back.</summary>
    /// <param name="bytes">Of the operation the acceptances become part of.</param>
    /// <param name="guarded">False: DSNs, which may use the room kept for settling.</param>
    public async Task<Acceptance[]> PrepareAsync(ImmutableArray<NewMessage> messages, long bytes, bool guarded)
    {
        await spool.Writer.AdmitAsync(bytes).ConfigureAwait(false);
        var acceptances = new List<Acceptance>(messages.Length);
        try
        {
            foreach (var message in messages)
                acceptances.Add(await PrepareAsync(message, guarded).ConfigureAwait(false));
            return [.. acceptances];
        }
        catch
        {
            foreach (var acceptance in acceptances)
                acceptance.Failed();
            spool.Writer.Withdraw(bytes);
            throw;
        }
    }

    /// <summary>Commits an operation that was admitted. Its acceptances learn of a failure from the writer, which knows whether they left anything.</summary>
    public async Task CommitAsync(WriteOperation operation, Acceptance[] acceptances)
    {
        await spool.Writer.CommitAsync(operation).ConfigureAwait(false);
        foreach (var acceptance in acceptances)
            acceptance.Succeeded();
    }

    private async Task<Acceptance> PrepareAsync(NewMessage message, bool guarded)
    {
        // An array that is null becomes an empty memory, not none: with a file beside it the size would be a lie.
        if (message.Content is null == message.ContentFile is null)
            throw new ArgumentException("A message has its content in memory or in a file: exactly one of them.", nameof(message));
        if (message.Content is { } content && content.Length > spool.Options.InlineContentBytes)
        {
            await using var file = spool.Files.Create(message.Id, guarded);
            await file.WriteAsync(content, CancellationToken.None).ConfigureAwait(false);
            var acceptance = new Acceptance(message, spool.Files, file); // owns the name before it is published: an earlier try must not remove it
            try
            {
                await file.CompleteAsync().ConfigureAwait(false);
                return acceptance;
            }
            catch
            {
                acceptance.Failed();
                throw;
            }
        }
        if (message.ContentFile is null)
            return new Acceptance(message, spool.Files, null);
        if (message.ContentFile is not ContentFile { IsComplete: true } written || written.Message != message.Id)
            throw new ArgumentException("The content file must be this spool's and the message's own, and complete.", nameof(message));
        return new Acceptance(message, spool.Files, written);
    }
}
