using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Web.Problems;

namespace Namesake.Web.Queue;

/// <summary>/api/v1/queue/VERB and /api/v1/queue/jobs: what operators do to mail that waits, and how far that is.</summary>
internal sealed class VerbEndpoints(RunningRelay relay)
{
    private static readonly string[] Verbs = ["retry", "hold", "release", "bounce", "purge", "move"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var verb in Verbs)
            routes.MapPost("/queue/" + verb, (Delegate)((HttpContext http) => BeginAsync(http, verb)));
        routes.MapGet("/queue/jobs", (Delegate)Jobs);
        routes.MapGet("/queue/jobs/{id}", (Delegate)One);
        routes.MapDelete("/queue/jobs/{id}", (Delegate)Cancel);
    }

    private async Task<IResult> BeginAsync(HttpContext http, string verb)
    {
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.VerbRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (!body.Filter.TryRead(relay.Time.GetUtcNow(), out var filter, out var error))
            return Answers.Of(Problem.BadBody(error!));
        var all = filter == QueueFilter.All;
        if (all != body.All)
            return Answers.Of(Problem.BadBody(all
                ? "nothing says which mail: give brand, site, source, domain, state, because, submitter, sender, messages or olderThan, or \"all\": true"
                : "\"all\" stands alone: with a filter not all mail is meant"));
        if (!Requests.TryBy(body.By, out var by, out problem))
            return Answers.Of(problem);
        if (!TryOrder(verb, body, out var order, out error) || (error = await relay.Jobs.ObstacleAsync(order, filter, http.RequestAborted)) is not null)
            return Answers.Of(Problem.BadBody(error!));
        if (body.DryRun)
            return Answers.Json(new VerbView(await PreviewAsync(order, filter, http.RequestAborted), null), ApiJson.Default.VerbView);
        var (job, started) = relay.Jobs.Start(order, filter, by);
        return started
            ? Answers.Json(new VerbView(null, JobView.Of(job)), ApiJson.Default.VerbView)
            : Answers.Of(Problem.NotPossible($"job {job.Id} ({job.Order.Verb}, by {job.By}) is at work on the queue; wait for its end, or end it with DELETE /api/v1/queue/jobs/{job.Id}"));
    }

    private bool TryOrder(string verb, VerbRequest body, [NotNullWhen(true)] out QueueOrder? order, [NotNullWhen(false)] out string? error)
    {
        order = null;
        var reason = Words.Of(body.Reason, 3, 200);
        error = verb is "hold" or "bounce" or "purge" ? (reason is null ? $"reason is 3 to 200 characters: why; {(verb == "purge" ? "it stands in the log and in each message's event" : "it is shown, and senders read it")}" : null)
            : body.Reason is not null ? $"reason: {verb} asks for none" : null;
        error ??= body.Until is not null && verb != "hold" ? "until: only hold has an end" : null;
        error ??= body.Until <= relay.Time.GetUtcNow() ? "until is over already" : null;
        error ??= (verb == "move") != (body.To is not null) ? (verb == "move" ? "to: the source it moves to is missing" : "to: only move has a target") : null;
        error ??= body.To is not null && !Requests.IsId(body.To) ? "to is no id of a source" : null;
        error ??= body.Tried && verb != "move" ? "tried: only move asks whether a receiver has seen the mail" : null;
        if (error is not null)
            return false;
        order = verb switch
        {
            "retry" => new QueueOrder.Retry(),
            "hold" => new QueueOrder.Hold(reason!, body.Until),
            "release" => new QueueOrder.Release(),
            "bounce" => new QueueOrder.Bounce(reason!),
            "purge" => new QueueOrder.Purge(reason!),
            _ => new QueueOrder.Move(new SourceId(body.To!), body.Tried),
        };
        return true;
    }

    private IResult Jobs(HttpContext http) => Requests.Knows(http.Request, out var problem)
        ? Answers.Json(new Page<JobView>([.. relay.Jobs.All.Select(JobView.Of)], null), ApiJson.Default.PageJobView)
        : Answers.Of(problem);

    private IResult One(string id) => TryFind(id, out var job, out var problem) ? Answers.Json(job, ApiJson.Default.JobView) : Answers.Of(problem);

    private IResult Cancel(string id)
    {
        if (!TryFind(id, out var job, out var problem))
            return Answers.Of(problem);
        return relay.Jobs.Cancel(job.Id) ? Answers.Json(JobView.Of(relay.Jobs.Find(job.Id)!), ApiJson.Default.JobView) : Answers.Of(Problem.NotPossible($"job {job.Id} has ended"));
    }

    private bool TryFind(string id, [NotNullWhen(true)] out JobView? job, [NotNullWhen(false)] out Problem? problem)
    {
        var found = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? relay.Jobs.Find(number) : null;
        job = found is null ? null : JobView.Of(found);
        problem = found is null ? Problem.UnknownJob(id) : null;
        return found is not null;
    }

    private async Task<PreviewView> PreviewAsync(QueueOrder order, QueueFilter filter, CancellationToken cancellation)
    {
        var found = await relay.Jobs.PreviewAsync(order, filter, cancellation);
        var (queues, changes, total, held, resting) = (0L, 0L, new WaitingCount(), 0L, 0L);
        var brands = new SortedDictionary<string, (WaitingCount Count, long Changes)>(StringComparer.Ordinal);
        foreach (var (queue, count, would) in found)
        {
            if (count == default)
                continue;
            queues++;
            changes += would;
            total += count;
            var brand = queue.Summary.Key.Brand.Value;
            var (sum, changed) = brands.GetValueOrDefault(brand);
            brands[brand] = (sum + count, changed + would);
            held += queue.Standing.Hold is null ? 0 : count.Later + count.Due;
            resting += queue.Standing is { Hold: null, Rest: not null } ? count.Later + count.Due : 0;
        }

        // The first message by id is the oldest; with a filter it is found by looking through the spool in slices. Site, state and reason are not the spool's: then it is not told.
        var oldest = queues == 0 || filter is not { Site: null, State: null, Because: null } ? [] : await relay.Spool.MessagesAsync(filter.Spool, new MessageId(0), 1, cancellation);
        return new PreviewView(queues, changes, total.Later, total.Due, total.Held, total.Sending, held, resting, oldest.IsEmpty ? null : oldest[0].Id.AcceptedAt,
            [.. brands.Select(brand => new PreviewBrandView(brand.Key, brand.Value.Changes, brand.Value.Count.Later, brand.Value.Count.Due, brand.Value.Count.Held, brand.Value.Count.Sending))],
            found.Where(queue => queue.Count != default).Select(queue => queue.Queue.Summary.Key.Domain).Distinct().Count());
    }
}
