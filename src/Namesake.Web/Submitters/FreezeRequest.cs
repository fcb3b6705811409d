namespace Namesake.Web.Submitters;

/// <summary>Body of POST /api/v1/submitters/{name}/freeze.</summary>
/// <param name="Reason">For the log and for everybody who sees it frozen; 3 to 300 characters. The submitter doesn't hear it.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record FreezeRequest(string? Reason, string? By);
