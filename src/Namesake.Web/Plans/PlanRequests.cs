using System.Collections.Immutable;

namespace Namesake.Web.Plans;

/// <summary>Body of POST /api/v1/plans/dns and /api/v1/plans/nat.</summary>
/// <param name="Sources">Ids; none: all, or where something is given up none.</param>
/// <param name="GiveUp">For DNS only: sources whose records are to go.</param>
/// <param name="LeaveForeign">Nothing for what is somebody else's, in place of changes that need consent of their own.</param>
/// <param name="Firewall">For translation only: which one, where there are several.</param>
/// <param name="Exclusive">For translation only: each local address has a public one of its own.</param>
/// <param name="List">For translation only, in place of the relay's sources: a server that isn't ours, as the text <see cref="Core.Firewall.Planning.MappingList"/> reads.</param>
public sealed record MakePlanRequest(ImmutableArray<string?>? Sources = null, ImmutableArray<string?>? GiveUp = null, bool LeaveForeign = false, PlanLimitsRequest? Limits = null, string? Firewall = null, bool Exclusive = false, string? List = null);

/// <summary>Body of POST /api/v1/plans/{id}/apply.</summary>
/// <param name="ReplaceForeign">Also changes what isn't ours, as the plan names it.</param>
/// <param name="Unseen">Confirms also what nobody outside could see.</param>
/// <param name="Limits">For this once.</param>
/// <param name="By">Whose name stands in the journal, as "ann over the API"; null: "the API".</param>
public sealed record ApplyPlanRequest(bool ReplaceForeign = false, bool Unseen = false, PlanLimitsRequest? Limits = null, string? By = null);

/// <summary>Body of POST /api/v1/plans/{id}/undo.</summary>
/// <param name="By">Whose name stands in the journal, as "ann over the API"; null: "the API".</param>
public sealed record UndoPlanRequest(string? By = null);

/// <summary>How much one plan may change; what is left out is as configured.</summary>
public sealed record PlanLimitsRequest(int? Changes = null, int? Removals = null, int? PerZone = null);
