using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Lanes;
using Namesake.Web.Problems;
using Namesake.Web.Sources;

namespace Namesake.Web.Queue;

/// <summary>/api/v1/queue: what waits, for whom, and why.</summary>
internal sealed class QueueEndpoints(RunningRelay relay)
{
    private readonly QueueCount _count = new(relay.Spool, relay.Dispatcher.StandingOf);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/queue", (Delegate)ListAsync);
        routes.MapGet("/queue/count", (Delegate)CountAsync);
    }

    private async Task<IResult> CountAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "by", "brand", "source", "domain", "limit")
            || !Requests.TryFilter(http.Request, out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "by", out var by, out problem))
            return Answers.Of(problem);
        by ??= "brand";
        return QueueCount.Kinds.Contains(by)
            ? Answers.Json(await _count.ReadAsync(filter, by, limit, http.RequestAborted), ApiJson.Default.QueueCountView)
            : Answers.Of(Problem.BadQuery($"by is one of {string.Join(", ", QueueCount.Kinds)}"));
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "brand", "source", "domain", "after", "limit")
            || !Requests.TryFilter(http.Request, out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "after", out var text, out problem))
            return Answers.Of(problem);
        var after = 0L;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return Answers.Of(Problem.BadQuery("after is what the answer before gave as next"));
        var page = await relay.Spool.QueuesAsync(filter, new QueueId(after), limit, http.RequestAborted);
        var queues = ImmutableArray.CreateBuilder<QueueView>(page.Length);
        foreach (var queue in page)
            queues.Add(await ShownAsync(queue, http.RequestAborted));
        return Answers.Json(Requests.Page(queues.MoveToImmutable(), limit, queue => queue.Id.ToString(CultureInfo.InvariantCulture)), ApiJson.Default.PageQueueView);
    }

    public async Task<QueueView> ShownAsync(QueueSummary queue, CancellationToken cancellation)
    {
        var standing = relay.Dispatcher.StandingOf(queue.Key);
        DateTimeOffset? expires = null;
        if (standing.Hold is not null && queue.Waiting > 0)
        {
            var oldest = await relay.Spool.MessagesAsync(new SpoolFilter(queue.Key.Brand, queue.Key.Source, queue.Key.Domain), new MessageId(0), 1, cancellation);
            expires = oldest.IsEmpty ? null : oldest[0].Expires;
        }

        return new QueueView(
            queue.Id.Value,
            queue.Key.Brand.Value,
            queue.Key.Source.Value,
            queue.Key.Domain.Value,
            QueueCount.StateOf(standing),
            standing.Route?.Site.Value,
            queue.Waiting,
            queue.EarliestDue,
            standing.Hold is { } hold ? HoldView.Of(hold) : null,
            standing.Rest is { } rest ? RestView.Of(rest) : null,
            expires);
    }
}
