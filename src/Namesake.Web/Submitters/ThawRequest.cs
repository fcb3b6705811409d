namespace Namesake.Web.Submitters;

/// <summary>Body of POST /api/v1/submitters/{name}/thaw.</summary>
/// <param name="QuietUntil">Its volume isn't judged before, 35 days at most; null: it is, and what it handed in today counts as a day of its history.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record ThawRequest(DateTimeOffset? QuietUntil, string? By);
