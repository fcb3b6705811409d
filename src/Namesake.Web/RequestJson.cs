using System.Text.Json;
using System.Text.Json.Serialization;
using Namesake.Web.Lanes;
using Namesake.Web.Plans;
using Namesake.Web.Queue;
using Namesake.Web.Reports;
using Namesake.Web.Sources;
using Namesake.Web.Submitters;
using Namesake.Web.Suppressions;

namespace Namesake.Web;

/// <summary>The JSON the API takes. A member nobody knows is refused: a typing error must not be an override without a reason.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, MaxDepth = 4)]
[JsonSerializable(typeof(OverrideRequest))]
[JsonSerializable(typeof(AttestRequest))]
[JsonSerializable(typeof(VerbRequest))]
[JsonSerializable(typeof(SuspendRequest))]
[JsonSerializable(typeof(FreezeRequest))]
[JsonSerializable(typeof(ThawRequest))]
[JsonSerializable(typeof(ReportsRequest))]
[JsonSerializable(typeof(SuppressRequest))]
[JsonSerializable(typeof(LiftRequest))]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(MakePlanRequest))]
[JsonSerializable(typeof(ApplyPlanRequest))]
[JsonSerializable(typeof(UndoPlanRequest))]
[JsonSerializable(typeof(RestoreRequest))]
[JsonSerializable(typeof(AdoptRequest))]
[JsonSerializable(typeof(AdviceRequest))]
[JsonSerializable(typeof(PlanTextRequest))]
public sealed partial class RequestJson : JsonSerializerContext;
