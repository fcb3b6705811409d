using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Bench.Spool;

/// <summary>The spool's part of operators' orders over everything that waits, slice by slice as <see cref="QueueWork"/> goes. Bounces and purges are written by the relay's own reporter.</summary>
internal sealed class Orders : IPlacement
{
    private static readonly SourceId From = new("acme-v4"), To = new("acme-v6");

    private readonly IRelaySpool _spool;
    private readonly Reporter _reporter;

    public Orders(IRelaySpool spool)
    {
        _spool = spool;
        var model = new RelayModel
        {
            Node = "bench",
            Brands = new BrandDirectory([new Brand { Id = new BrandId("acme"), SenderDomains = [DomainName.Parse("acme.example")], Sources = [From, To] }]),
            Sources = new SourceDirectory([Source(From, "203.0.113.5"), Source(To, "2001:db8::5")]),
        };
        _reporter = new Reporter(spool, () => model, this, TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>A retry of whole queues: without looking for anything.</summary>
    public async Task<long> RetryAsync()
    {
        var (changed, now) = (0L, TimeProvider.System.GetUtcNow());
        foreach (var queue in await QueuesAsync())
        {
            int slice;
            do
                changed += slice = await _spool.RetryAsync(queue, now, IQueueControl.MostAtOnce);
            while (slice == IQueueControl.MostAtOnce);
        }

        return changed;
    }

    public Task<long> HoldAsync()
    {
        var hold = new MailHold(new HoldId(_spool.NextId().Value), "bench", "bench", TimeProvider.System.GetUtcNow(), null);
        return EachAsync(null, new QueueOrder.Hold(hold.Reason, null).Slice, (queue, found) => _spool.HoldAsync(queue, found, hold), upToHeld: true);
    }

    public Task<long> ReleaseAsync() => EachAsync(RecipientState.Held, new QueueOrder.Release().Slice, _spool.ReleaseAsync);

    public Task<long> MoveAsync() => EachAsync(null, new QueueOrder.Move(To, true).Slice, (queue, found) => _spool.MoveAsync(queue, found, To));

    /// <summary>Leaves a report to its sender for each: as many messages as before, all in one queue.</summary>
    public Task<long> BounceAsync() => EachAsync(null, new QueueOrder.Bounce("bench").Slice, (queue, found) => EndAsync(queue, found, consignment =>
        _reporter.BouncedAsync(consignment, "the operator of this relay returned it: bench", Event(consignment, "bounced"), CancellationToken.None)));

    public Task<long> PurgeAsync() => EachAsync(null, new QueueOrder.Purge("bench").Slice, (queue, found) => EndAsync(queue, found, consignment =>
        _reporter.PurgedAsync(consignment, Event(consignment, "purged"), CancellationToken.None)));

    /// <summary>Where a report waits. Not handed on at once, so that it is there for the next order.</summary>
    public Placement Place(Brand brand, MessageId message, DomainName domain, string? via) =>
        new(new QueueKey(brand.Id, From, domain, via), false, TimeProvider.System.GetUtcNow().AddDays(1));

    private async Task<int> EndAsync(QueueId queue, ImmutableArray<RecipientId> found, Func<Consignment, Task> end)
    {
        var taken = await _spool.TakeAsync(queue, found);
        await Task.WhenAll(taken.Select(end));
        return taken.Sum(consignment => consignment.Recipients.Length);
    }

    private async Task<long> EachAsync(RecipientState? state, int slice, Func<QueueId, ImmutableArray<RecipientId>, Task<int>> change, bool upToHeld = false)
    {
        var (changed, started) = (0L, TimeProvider.System.GetUtcNow());
        var within = new SpoolFilter { State = state, AcceptedBefore = started };
        foreach (var queue in await QueuesAsync())
        {
            RecipientPlace? place = null;
            do
            {
                var page = await _spool.FindAsync(queue, within, started, place, slice, CancellationToken.None);
                if (!page.Recipients.IsEmpty)
                    changed += await change(queue, [.. page.Recipients.Select(found => found.Id)]);
                place = page.Next;
            }
            while (place is { } next && !(upToHeld && next.AmongHeld));
        }

        return changed;
    }

    private async Task<List<QueueId>> QueuesAsync()
    {
        var queues = new List<QueueId>();
        while (await _spool.QueuesAsync(new SpoolFilter(), queues.LastOrDefault(), QueueSearch.PageSize, CancellationToken.None) is { IsEmpty: false } page)
            queues.AddRange(page.Select(queue => queue.Id));
        return queues;
    }

    private static AttemptEvent Event(Consignment consignment, string outcome) => SampleMail.Event(consignment, TimeProvider.System.GetUtcNow(), outcome);

    private static Source Source(SourceId id, string address) =>
        new() { Id = id, LocalAddress = IPAddress.Parse(address), PublicAddress = IPAddress.Parse(address), Ehlo = HostName.Parse("mail.acme.example") };
}
