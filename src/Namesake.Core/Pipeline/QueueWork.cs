using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline;

/// <summary>Carries out an order in one queue: slices of <see cref="IQueueControl.MostAtOnce"/> recipients, each a commit of its own behind the acceptances and settlements that wait.</summary>
/// <remarks>What a fault of ours gives back instead of ending it is tried once more at the end of its queue. Mail accepted after <paramref name="id"/> was drawn is not touched: an order comes to its end however much arrives meanwhile.</remarks>
/// <param name="id">Drawn from the message ids; names the hold, where it is one.</param>
/// <param name="by">Who gave it.</param>
public sealed class QueueWork(IQueueControl control, Dispatcher dispatcher, TimeProvider time, QueueOrder order, HoldId id, string by, DateTimeOffset started)
{
    private readonly HashSet<RecipientId> _givenBack = [];

    /// <summary>Recipients that were to be ended and are still there, because of faults of ours.</summary>
    public int Left { get; private set; }

    /// <param name="changed">Told after each slice: how many recipients it changed.</param>
    public async Task RunAsync(FoundQueue queue, Action<int> changed, CancellationToken cancellation)
    {
        if (order is QueueOrder.Retry && !queue.Within.SelectsRecipients)
            await RetryAllAsync(queue.Summary.Id, changed, cancellation);
        else if (order is not QueueOrder.Move move || move.To != queue.Summary.Key.Source)
            await RunBySlicesAsync(queue, changed, cancellation);
    }

    private async Task RetryAllAsync(QueueId queue, Action<int> changed, CancellationToken cancellation)
    {
        // One moment for the whole queue: what fails again meanwhile is not made due a second time for ever.
        var now = time.GetUtcNow();
        int slice;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            slice = await control.RetryAsync(queue, now, IQueueControl.MostAtOnce);
            changed(slice);
            dispatcher.SignalDue();
        }
        while (slice == IQueueControl.MostAtOnce);
    }

    private async Task RunBySlicesAsync(FoundQueue queue, Action<int> changed, CancellationToken cancellation)
    {
        var (now, drawn) = (time.GetUtcNow(), new MessageId(id.Value).AcceptedAt);
        var within = queue.Within with
        {
            AcceptedBefore = queue.Within.AcceptedBefore is { } before && before < drawn ? before : drawn,
            State = queue.Within.State ?? (order switch { QueueOrder.Retry => RecipientState.Later, QueueOrder.Release => RecipientState.Held, _ => null }),
        };
        RecipientPlace? place = null;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await control.FindAsync(queue.Summary.Id, within, now, place, order.Slice, cancellation);
            // What was given back is due later: a page behind the one it was found in may have it again.
            ImmutableArray<RecipientId> chosen =
                [.. page.Recipients.Where(recipient => order.Touches(recipient, dispatcher.KeptSince)).Select(recipient => recipient.Id).Where(recipient => !_givenBack.Contains(recipient))];
            if (!chosen.IsEmpty)
                changed(await ApplyAsync(queue.Summary.Id, chosen, now));
            if (order is QueueOrder.Retry or QueueOrder.Release)
                dispatcher.SignalDue();
            place = page.Next;
        }
        while (place is { } next && !(order is QueueOrder.Hold && next.AmongHeld));
        ImmutableArray<RecipientId> again = [.. _givenBack];
        _givenBack.Clear();
        foreach (var slice in again.Chunk(order.Slice))
            changed(await ApplyAsync(queue.Summary.Id, [.. slice], now));
        Left += _givenBack.Count;
        _givenBack.Clear();
    }

    private Task<int> ApplyAsync(QueueId queue, ImmutableArray<RecipientId> chosen, DateTimeOffset now) => order switch
    {
        QueueOrder.Retry => control.RetryAsync(queue, chosen, now),
        QueueOrder.Hold hold => control.HoldAsync(queue, chosen, new MailHold(id, hold.Reason, by, started, hold.Until)),
        QueueOrder.Release => control.ReleaseAsync(queue, chosen),
        QueueOrder.Move move => control.MoveAsync(queue, chosen, move.To),
        QueueOrder.Bounce bounce => EndAsync(queue, chosen, consignment => dispatcher.BounceAsync(consignment, bounce.Reason, by)),
        QueueOrder.Purge purge => EndAsync(queue, chosen, consignment => dispatcher.PurgeAsync(consignment, purge.Reason, by)),
        _ => throw new InvalidOperationException($"An order of a new kind: {order.GetType().Name}"),
    };

    // Claimed first, so that nobody sends what is being ended; written down all together.
    private async Task<int> EndAsync(QueueId queue, ImmutableArray<RecipientId> chosen, Func<Consignment, Task<bool>> end)
    {
        var taken = await control.TakeAsync(queue, chosen);
        var ended = await Task.WhenAll(taken.Select(end));
        var changed = 0;
        for (var i = 0; i < taken.Length; i++)
            if (ended[i])
                changed += taken[i].Recipients.Length;
            else
                _givenBack.UnionWith(taken[i].Recipients.Select(recipient => new RecipientId(taken[i].Message, recipient.Ordinal)));
        return changed;
    }
}
