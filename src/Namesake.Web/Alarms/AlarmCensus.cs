using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;

namespace Namesake.Web.Alarms;

/// <summary>Who waits: the oldest messages of the spool, each counted at its first unsettled recipient.</summary>
/// <param name="IsPart">There are more messages than were counted.</param>
internal sealed record AlarmCensus(ImmutableArray<MessageSummary> Counted, bool IsPart)
{
    public static readonly AlarmCensus Nobody = new([], false);

    private const int PageSize = 1000;

    /// <summary>Bounds what an alarm costs: a spool of a million messages must not be read through because a source is held.</summary>
    private const int Most = 5000;

    public static async Task<AlarmCensus> TakeAsync(ISpoolView spool, CancellationToken cancellation)
    {
        var counted = ImmutableArray.CreateBuilder<MessageSummary>();
        var after = new MessageId(0);
        while (counted.Count < Most)
        {
            var page = await spool.MessagesAsync(new SpoolFilter(), after, PageSize, cancellation);
            counted.AddRange(page.Where(message => message.State != "undeliverable"));
            if (page.Length < PageSize)
                return new AlarmCensus(counted.ToImmutable(), false);
            after = page[^1].Id;
        }

        return new AlarmCensus(counted.ToImmutable(), true);
    }

    public AlarmCount Of(SourceId source) => Of(key => key.Source == source);

    public AlarmCount Of(Func<QueueKey, bool> isHeld)
    {
        var known = new Dictionary<QueueKey, bool>();
        var (recipients, messages, senders, brands) = (0L, 0L, new HashSet<string>(StringComparer.Ordinal), new HashSet<BrandId>());
        foreach (var message in Counted)
        {
            var key = new QueueKey(message.Brand, message.Source, message.Domain, message.Via);
            if (!known.TryGetValue(key, out var held))
                known[key] = held = isHeld(key);
            if (!held)
                continue;
            (recipients, messages) = (recipients + message.Waiting, messages + 1);
            senders.Add(message.Sender);
            brands.Add(message.Brand);
        }

        return new AlarmCount(recipients, messages, senders.Count, [.. brands]);
    }
}

internal readonly record struct AlarmCount(long Recipients, long Messages, long Senders, ImmutableArray<BrandId> Brands);
