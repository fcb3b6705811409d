namespace Namesake.Web.Queue;

/// <summary>Body of POST /api/v1/queue/retry: which mail is due now instead of later.</summary>
/// <param name="All">Without brand, source and domain this must be true: nobody retries everything by leaving something out.</param>
/// <param name="DryRun">Only says what would be changed.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record RetryRequest(string? Brand, string? Source, string? Domain, bool All, bool DryRun, string? By);
