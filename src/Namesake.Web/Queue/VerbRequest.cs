using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Namesake.Core.Pipeline;

namespace Namesake.Web.Queue;

/// <summary>Body of POST /api/v1/queue/retry, hold, release, bounce, purge and move: which mail, and what a verb needs besides.</summary>
/// <param name="Because">Why it waits: a check, a hold's reason, what made the lane rest.</param>
/// <param name="Messages">Ids, at most 100.</param>
/// <param name="OlderThan">A span such as "4h", or a time.</param>
/// <param name="All">Where nothing else says which mail this must be true: nobody purges everything by leaving something out.</param>
/// <param name="DryRun">Only says what would be changed.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
/// <param name="Reason">Of hold, bounce and purge: why, 3 to 200 characters. Senders read it.</param>
/// <param name="Until">Of hold: when it ends by itself; null: when somebody releases it.</param>
/// <param name="To">Of move: the source.</param>
/// <param name="Tried">Of move: mail a receiver has seen within 4 hours too.</param>
public sealed record VerbRequest(
    string? Brand = null, string? Site = null, string? Source = null, string? Domain = null, string? State = null, string? Because = null, string? Submitter = null, string? Sender = null,
    ImmutableArray<string>? Messages = null, string? OlderThan = null, bool All = false, bool DryRun = false, string? By = null, string? Reason = null, DateTimeOffset? Until = null, string? To = null,
    bool Tried = false)
{
    [JsonIgnore]
    public QueueFilterText Filter => new(Brand, Site, Source, Domain, State, Because, Submitter, Sender, Messages ?? default, OlderThan);
}
