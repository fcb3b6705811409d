namespace Namesake.Web.Sources;

/// <summary>Body of POST /api/v1/sources/{id}/override.</summary>
/// <param name="Until">At most 24 hours from now.</param>
/// <param name="Reason">For the log and for everybody who sees the source in red; 3 to 300 characters.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record OverrideRequest(DateTimeOffset? Until, string? Reason, string? By);
