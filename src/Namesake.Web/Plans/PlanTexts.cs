using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;

namespace Namesake.Web.Plans;

/// <summary>POST /api/v1/plans/{id}/text and /advice: a plan in the words of what isn't ours to write, and which variant fits. Nothing is changed.</summary>
internal sealed class PlanTexts(RunningRelay relay)
{
    /// <summary>A zone's file, or a list.</summary>
    private const long MostBytes = 1024 * 1024;

    private PlanDesk Desk => relay.Plans;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/plans/advice", (Delegate)AdviceAsync);
        routes.MapPost("/plans/{id}/text", TextAsync);
    }

    private async Task<IResult> AdviceAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.AdviceRequest, MostBytes);
        if (body is null)
            return Answers.Of(problem!);
        var list = body.List is null ? null : MappingList.Read(Encoding.UTF8.GetBytes(body.List));
        if (list is { Faults.IsEmpty: false })
            return Answers.Of(Problem.BadBody(string.Join("; ", list.Faults.Select(fault => $"list: {fault}"))));
        var (advice, situation) = Desk.Advise(new PlanQuestion(list?.Identities, body.Pool, body.CannotBind, body.ForeignReverse));
        return Answers.Json(AdviceView.Of(advice, situation), ApiJson.Default.AdviceView);
    }

    private async Task<IResult> TextAsync(HttpContext http, string id)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        (var history, problem) = await PlanEndpoints.FindAsync(Desk.Store, id, http.RequestAborted);
        if (history is null)
            return Answers.Of(problem!);
        (var body, problem) = await Requests.BodyAsync(http.Request, RequestJson.Default.PlanTextRequest, MostBytes);
        if (body is null)
            return Answers.Of(problem!);
        (var view, problem) = Said(history.Plan, body);
        return view is null ? Answers.Of(problem!) : Answers.Json(view, ApiJson.Default.PlanTextView);
    }

    private static (PlanTextView? View, Problem? Problem) Said(Plan plan, PlanTextRequest body)
    {
        var form = body.As ?? "";
        ImmutableArray<ZoneFileRequest?> files = body.ZoneFiles ?? [];
        var platform = Platforms.Find(form);
        var faults = ImmutableArray.CreateBuilder<string>();
        if (!PlanForms.All.Contains(form))
            faults.Add($"as is one of {string.Join(", ", PlanForms.All)}");
        if (body.Device is not null && platform is null)
            faults.Add("device: only the text of a translation has one");
        if (!files.IsEmpty && form != PlanForms.ZoneFile)
            faults.Add($"zoneFiles: only \"{PlanForms.ZoneFile}\" is a patch of files");
        foreach (var (place, file) in files.Index())
            if (file is not { Zone: not null, Text: not null } || !DomainName.TryParse(file.Zone, out _, out _) || file.Name?.Any(char.IsControl) == true)
                faults.Add($"zoneFiles[{place}] must have zone, a domain name, and text; name, where there is one, is of one line");
        if (faults.Count > 0)
            return (null, Problem.BadBody(string.Join("; ", faults)));
        ImmutableArray<string> undone = [.. plan.Notes.Where(note => note.LeavesUndone).Select(note => $"{note.About}: {note.Text}")];
        if (platform is not null)
        {
            var (texts, against) = PlanForms.OfTranslation(plan, platform, body.Device);
            return against is not null ? (null, Problem.NotPossible(against))
                : (new PlanTextView(form, platform.Title, string.Concat(texts.Select(text => body.Undo ? text.Undo : text.Apply)), [.. texts.SelectMany(text => text.Notes).Distinct()], undone), null);
        }
        var said = new StringBuilder();
        if (files.IsEmpty)
        {
            var (text, against) = PlanForms.OfRecords(plan, form, body.Undo);
            if (text is null)
                return (null, Problem.NotPossible(against!));
            said.Append(text);
        }
        foreach (var file in files)
        {
            var zone = DomainName.Parse(file!.Zone!);
            var (patch, against) = PlanForms.Patch(plan, body.Undo, zone, file.Name ?? zone.Value, file.Text!);
            if (patch is null)
                return (null, Problem.NotPossible($"{zone}: {against}"));
            said.Append(patch);
        }
        return (new PlanTextView(form, form == PlanForms.PowerShell ? "Windows DNS" : "zone files", said.ToString(), [], undone), null);
    }
}

/// <summary>A plan in other words.</summary>
/// <param name="Text">Empty when there is nothing to say.</param>
/// <param name="Notes">What to know before it is used.</param>
/// <param name="Refused">What is not in the plan, and why.</param>
public sealed record PlanTextView(string As, string Title, string Text, ImmutableArray<string> Notes, ImmutableArray<string> Refused);

/// <summary>Which variant fits.</summary>
/// <param name="Variant">1, 2 or 3; 0: none does.</param>
/// <param name="First">What has to be done before; null when nothing.</param>
public sealed record AdviceView(int Variant, string Title, string Why, string? First, int Names, int PublicAddresses, bool OwnsReverse, bool IsTranslated, bool IsPool, bool CanBind, bool HasIPv6)
{
    public static AdviceView Of(Advice advice, Situation seen)
    {
        ArgumentNullException.ThrowIfNull(advice);
        ArgumentNullException.ThrowIfNull(seen);
        return new AdviceView((int)advice.Variant, advice.Title, advice.Why, advice.First, seen.Names, seen.PublicAddresses, seen.OwnsReverse, seen.IsTranslated, seen.IsPool, seen.CanBind, seen.HasIPv6);
    }
}
