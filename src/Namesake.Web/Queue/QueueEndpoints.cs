using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Lanes;
using Namesake.Web.Problems;
using Namesake.Web.Sources;

namespace Namesake.Web.Queue;

/// <summary>/api/v1/queue: what waits, for whom, and why.</summary>
internal sealed class QueueEndpoints(RunningRelay relay)
{
    /// <summary>Queues looked at for one answer.</summary>
    private const int MostLooked = 5000;

    private readonly QueueCount _count = new(relay.Spool, relay.Jobs.Search);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/queue", (Delegate)ListAsync);
        routes.MapGet("/queue/count", (Delegate)CountAsync);
    }

    private async Task<IResult> CountAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "by", Requests.Narrowed, "limit")
            || !Requests.TryFilter(http.Request, relay.Time.GetUtcNow(), out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        by ??= "brand";
        return QueueCount.Kinds.Contains(by)
            ? Answers.Json(await _count.ReadAsync(filter, by, limit, http.RequestAborted), ApiJson.Default.QueueCountView)
            : Answers.Of(Problem.BadQuery($"by is one of {string.Join(", ", QueueCount.Kinds)}"));
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, Requests.Narrowed, "after", "limit")
            || !Requests.TryFilter(http.Request, relay.Time.GetUtcNow(), out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "after", out var text, out problem))
            return Answers.Of(problem);
        var after = 0L;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return Answers.Of(Problem.BadQuery("after is what the answer before gave as next"));
        var queues = ImmutableArray.CreateBuilder<QueueView>();
        QueueId? next = new QueueId(after);
        // A filter that leaves most queues out must not make one answer look through a hundred thousand of them.
        for (var looked = 0; next is { } from && queues.Count < limit && looked < MostLooked; looked += limit)
        {
            (var page, next) = await relay.Jobs.Search.PageAsync(filter, from, limit - queues.Count, http.RequestAborted);
            var counts = page.Any(queue => queue.Within.SelectsRecipients) ? await relay.Jobs.Search.CountAsync(page, http.RequestAborted) : default;
            for (var i = 0; i < page.Length; i++)
            {
                long? matching = page[i].Within.SelectsRecipients ? counts[i].Due + counts[i].Later + counts[i].Sending + counts[i].Held : null;
                if (matching != 0)
                    queues.Add(await ShownAsync(page[i], matching, http.RequestAborted));
            }
        }

        return Answers.Json(new Page<QueueView>(queues.ToImmutable(), next?.Value.ToString(CultureInfo.InvariantCulture)), ApiJson.Default.PageQueueView);
    }

    public Task<QueueView> ShownAsync(QueueSummary queue, CancellationToken cancellation) =>
        ShownAsync(new FoundQueue(queue, relay.Dispatcher.StandingOf(queue.Key), new SpoolFilter()), null, cancellation);

    private async Task<QueueView> ShownAsync(FoundQueue found, long? matching, CancellationToken cancellation)
    {
        var (queue, standing) = (found.Summary, found.Standing);
        var whole = new SpoolFilter(queue.Key.Brand, queue.Key.Source, queue.Key.Domain);
        DateTimeOffset? expires = null;
        if (standing.Hold is not null && queue.Waiting > 0)
        {
            var oldest = await relay.Spool.MessagesAsync(whole, new MessageId(0), 1, cancellation);
            expires = oldest.IsEmpty ? null : oldest[0].Expires;
        }

        return new QueueView(
            queue.Id.Value,
            queue.Key.Brand.Value,
            queue.Key.Source.Value,
            queue.Key.Domain.Value,
            standing.Hold is null && queue.Held == queue.Waiting ? "held" : QueueCount.StateOf(standing),
            standing.Route?.Site.Value,
            queue.Waiting,
            queue.EarliestDue,
            standing.Hold is { } hold ? HoldView.Of(hold) : null,
            standing.Rest is { } rest ? RestView.Of(rest) : null,
            expires,
            queue.Held,
            queue.Held == 0 ? null : [.. (await relay.Spool.HoldsAsync(whole, cancellation)).Select(kept => KeptView.Of(kept.Hold)!)],
            matching);
    }
}
