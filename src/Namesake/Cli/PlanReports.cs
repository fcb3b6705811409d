using System.Collections.Immutable;
using System.Text.Json;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Cli;

/// <summary>How apply and undo ended, for programs.</summary>
/// <param name="End">nothing, applied, refused, stale, undone, undoneInPart, unknown, undecided, inHand.</param>
internal sealed record PlanOutcomeReport(string Id, string End, string Text, ImmutableArray<PlanSeenReport> Seen)
{
    public static PlanOutcomeReport Of(PlanOutcome outcome) => new(outcome.Id.Value, PlanReport.Word(outcome.End), outcome.Text, [.. outcome.Seen.Select(PlanSeenReport.Of)]);
}

/// <param name="Apart">What is not as the plan left it.</param>
internal sealed record PlanVerifyReport(string Id, ImmutableArray<string> Apart, ImmutableArray<PlanSeenReport> Seen);

/// <param name="Address">agrees, disagrees, notSeen.</param>
internal sealed record PlanSeenReport(string? Source, string Local, string Public, string Ehlo, string Address, string Names, ImmutableArray<string> Words)
{
    public static PlanSeenReport Of(SeenIdentity seen) => new(
        seen.Wanted.Source?.Value, seen.Wanted.Local.ToString(), seen.Wanted.Public.ToString(), seen.Wanted.Ehlo.Value, PlanReport.Word(seen.Address), PlanReport.Word(seen.Names), seen.Words);
}

/// <summary>A plan in the list.</summary>
internal sealed record PlanReport(string Id, string Kind, string State, DateTimeOffset Since, DateTimeOffset MadeAt, string Node, string? By, int Changes, string? UndoneBecause)
{
    public static PlanReport Of(PlanHistory history) => new(
        history.Plan.Id.Value, history.Plan.Kind.Word(), Word(history.State), history.Since, history.Plan.MadeAt, history.Plan.Node, history.Begun?.Who, history.Plan.Changes.Count(), history.UndoneBecause);

    public static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}

/// <summary>A plan with its journal, as both lie in its folder.</summary>
internal sealed record PlanHistoryReport(PlanReport Summary, JsonElement Plan, ImmutableArray<JsonElement> Journal, int DamagedLines)
{
    public static PlanHistoryReport Of(PlanHistory history) => new(
        PlanReport.Of(history), Element(PlanJson.Write(history.Plan)), [.. history.Entries.Select(entry => Element(PlanJournalJson.Write(entry)))], history.Damaged);

    private static JsonElement Element(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
