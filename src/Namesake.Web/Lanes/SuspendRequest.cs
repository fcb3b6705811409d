namespace Namesake.Web.Lanes;

/// <summary>Body of POST /api/v1/lanes/{source}/{site}/suspend and /api/v1/sites/{site}/suspend.</summary>
/// <param name="Reason">For the log and for everybody who sees it closed; 3 to 300 characters.</param>
/// <param name="Until">When it ends by itself; null: when somebody resumes it.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record SuspendRequest(string? Reason, DateTimeOffset? Until, string? By);
