using System.Collections.Immutable;
using System.Text.Json;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;

namespace Namesake.Web.Plans;

/// <summary>A plan in the list.</summary>
/// <param name="State">planned, applying, applied, undoing, undone, undoneInPart.</param>
/// <param name="Since">When the state began.</param>
/// <param name="By">Who applied it last; null: nobody did.</param>
/// <param name="UndoneBecause">Why it went back, or is going.</param>
public sealed record PlanView(string Id, string Kind, string State, DateTimeOffset Since, DateTimeOffset MadeAt, string Node, string? By, int Changes, string? UndoneBecause)
{
    public static PlanView Of(PlanHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new PlanView(
            history.Plan.Id.Value, history.Plan.Kind.Word(), Word(history.State), history.Since, history.Plan.MadeAt, history.Plan.Node, history.Begun?.Who, history.Plan.Changes.Count(), history.UndoneBecause);
    }

    internal static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}

/// <summary>A plan with its journal, as both lie in its folder.</summary>
/// <param name="Text">As people read it.</param>
/// <param name="Journal">A line per event, oldest first.</param>
/// <param name="DamagedLines">Lines of the journal that can't be read.</param>
/// <param name="Work">What this relay is doing with it, or did since its start; null: nothing.</param>
public sealed record PlanDetailsView(PlanView Summary, string Text, JsonElement Plan, ImmutableArray<JsonElement> Journal, int DamagedLines, PlanWorkView? Work)
{
    public static PlanDetailsView Of(PlanHistory history, PlanWork? work)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new PlanDetailsView(
            PlanView.Of(history), PlanText.Of(history.Plan), Element(PlanJson.Write(history.Plan)), [.. history.Entries.Select(entry => Element(PlanJournalJson.Write(entry)))], history.Damaged,
            work is null ? null : PlanWorkView.Of(work));
    }

    private static JsonElement Element(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>An order to this relay: how far it is, and how it ended.</summary>
/// <param name="Verb">apply, undo.</param>
/// <param name="Ended">Null: it is being carried out.</param>
/// <param name="End">nothing, applied, refused, stale, undone, undoneInPart, unknown, undecided, inHand; null until then.</param>
/// <param name="Text">How it ended, in sentences.</param>
public sealed record PlanWorkView(string Plan, string Verb, string By, DateTimeOffset Started, DateTimeOffset? Ended, string? End, string? Text, ImmutableArray<PlanSeenView> Seen)
{
    public static PlanWorkView Of(PlanWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var outcome = work.Outcome;
        return new PlanWorkView(
            work.Order.Id.Value, VerbOf(work.Order), work.Order.By, work.Started, work.Ended, outcome is null ? null : PlanView.Word(outcome.End), outcome?.Text, [.. (outcome?.Seen ?? []).Select(PlanSeenView.Of)]);
    }

    internal static string VerbOf(PlanOrder order) => order is PlanOrder.Apply ? "apply" : "undo";
}

/// <summary>What the outside sees of one identity.</summary>
/// <param name="Address">agrees, disagrees, notSeen.</param>
/// <param name="Names">The same, of PTR record and name.</param>
/// <param name="Words">Who said what.</param>
public sealed record PlanSeenView(string? Source, string Local, string Public, string Ehlo, string Address, string Names, ImmutableArray<string> Words)
{
    public static PlanSeenView Of(SeenIdentity seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new PlanSeenView(
            seen.Wanted.Source?.Value, seen.Wanted.Local.ToString(), seen.Wanted.Public.ToString(), seen.Wanted.Ehlo.Value, PlanView.Word(seen.Address), PlanView.Word(seen.Names), seen.Words);
    }
}

/// <param name="Apart">What is not as the plan left it.</param>
public sealed record PlanVerifyView(string Id, ImmutableArray<string> Apart, ImmutableArray<PlanSeenView> Seen);
