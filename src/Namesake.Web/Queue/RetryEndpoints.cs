using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Web.Problems;

namespace Namesake.Web.Queue;

/// <summary>/api/v1/queue/retry and /api/v1/queue/jobs: mail due now instead of later, and how far that is.</summary>
internal sealed class RetryEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/queue/retry", (Delegate)RetryAsync);
        routes.MapGet("/queue/jobs", (Delegate)Jobs);
        routes.MapGet("/queue/jobs/{id}", (Delegate)One);
        routes.MapDelete("/queue/jobs/{id}", (Delegate)Cancel);
    }

    private async Task<IResult> RetryAsync(HttpContext http)
    {
        var (body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.RetryRequest);
        if (body is null)
            return Answers.Of(problem!);
        if (!Requests.TryFilter(body.Brand, body.Source, body.Domain, out var filter, out problem))
            return Answers.Of(problem);
        var all = filter == new SpoolFilter();
        if (all != body.All)
            return Answers.Of(Problem.BadBody(all
                ? "nothing says which mail: give brand, source or domain, or \"all\": true"
                : "\"all\" stands alone: with brand, source or domain not all mail is meant"));
        if ((body.By is null ? "api" : Words.Of(body.By, 1, 100)) is not { } by)
            return Answers.Of(Problem.BadBody("by is at most 100 characters: who decides it"));
        if (body.DryRun)
            return Answers.Json(new RetryView(await PreviewAsync(filter, http.RequestAborted), null), ApiJson.Default.RetryView);
        var (job, started) = relay.Jobs.Retry(filter, by);
        return started
            ? Answers.Json(new RetryView(null, JobView.Of(job)), ApiJson.Default.RetryView)
            : Answers.Of(Problem.NotPossible($"job {job.Id} ({job.Verb}, by {job.By}) is at work on the queue; wait for its end, or end it with DELETE /api/v1/queue/jobs/{job.Id}"));
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

    private async Task<RetryPreviewView> PreviewAsync(SpoolFilter filter, CancellationToken cancellation)
    {
        var found = await relay.Jobs.PreviewAsync(filter, cancellation);
        var (total, held, resting) = (new WaitingCount(), 0L, 0L);
        var brands = new SortedDictionary<string, WaitingCount>(StringComparer.Ordinal);
        foreach (var (queue, count) in found)
        {
            total += count;
            brands[queue.Key.Brand.Value] = brands.GetValueOrDefault(queue.Key.Brand.Value) + count;
            var standing = relay.Dispatcher.StandingOf(queue.Key);
            held += standing.Hold is null ? 0 : count.Later + count.Due;
            resting += standing is { Hold: null, Rest: not null } ? count.Later + count.Due : 0;
        }

        // The first message by id is the oldest; with a filter it is found by looking through the spool in slices.
        var oldest = found.IsEmpty ? [] : await relay.Spool.MessagesAsync(filter, new MessageId(0), 1, cancellation);
        return new RetryPreviewView(found.Length, total.Later, total.Due, total.Sending, held, resting, oldest.IsEmpty ? null : oldest[0].Id.AcceptedAt,
            [.. brands.Select(brand => new RetryBrandView(brand.Key, brand.Value.Later, brand.Value.Due, brand.Value.Sending))]);
    }
}
