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
/// <param name="Leave">Leaves what was changed since, and what can't be read or written, as it is, and takes the rest back.</param>
public sealed record UndoPlanRequest(string? By = null, bool Leave = false);

/// <summary>How much one plan may change; what is left out is as configured.</summary>
public sealed record PlanLimitsRequest(int? Changes = null, int? Removals = null, int? PerZone = null);

/// <summary>Body of POST /api/v1/plans/restore.</summary>
/// <param name="Names">Of records, or ids of firewalls; none: all that was changed.</param>
/// <param name="LeaveForeign">Nothing for what somebody else has written in its place, which needs consent of its own.</param>
public sealed record RestoreRequest(ImmutableArray<string?>? Names = null, bool LeaveForeign = false, PlanLimitsRequest? Limits = null);

/// <summary>Body of POST /api/v1/plans/adopt.</summary>
/// <param name="Changes">What is agreed to.</param>
/// <param name="By">Who decides it; null: "the API".</param>
public sealed record AdoptRequest(ImmutableArray<AdoptedRequest?>? Changes = null, string? By = null);

/// <summary>As GET /api/v1/plans/drift showed it: what is otherwise by now is not taken.</summary>
public sealed record AdoptedRequest(string? What = null, string? Name = null, string? Now = null);

/// <summary>Body of POST /api/v1/plans/advice.</summary>
/// <param name="List">In place of the relay's sources, a server that isn't ours.</param>
/// <param name="Pool">A firewall on the way picks one of several public addresses by itself.</param>
/// <param name="CannotBind">The sending program leaves the choice of its address to the host.</param>
/// <param name="ForeignReverse">Somebody else writes the PTR records.</param>
public sealed record AdviceRequest(string? List = null, bool Pool = false, bool CannotBind = false, bool ForeignReverse = false);

/// <summary>Body of POST /api/v1/plans/{id}/text.</summary>
/// <param name="As">powershell, zonefile, or a platform's word such as "cisco-asa".</param>
/// <param name="Undo">What undoes it.</param>
/// <param name="Device">For translation: the interface mail leaves by, as the device calls it.</param>
/// <param name="ZoneFiles">For "zonefile": what the files hold now; the text is then a patch of them.</param>
public sealed record PlanTextRequest(string? As = null, bool Undo = false, string? Device = null, ImmutableArray<ZoneFileRequest?>? ZoneFiles = null);

/// <param name="Name">As the patch names the file; null: the zone.</param>
public sealed record ZoneFileRequest(string? Zone = null, string? Text = null, string? Name = null);
