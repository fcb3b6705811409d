namespace Namesake.Web.Sources;

/// <summary>Body of POST /api/v1/sources/{id}/attest: an operator's word that the translation to the public address holds.</summary>
/// <param name="By">Whose word it is, as it will be shown.</param>
public sealed record AttestRequest(string? By);
