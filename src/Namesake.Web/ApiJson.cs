using System.Text.Json;
using System.Text.Json.Serialization;
using Namesake.Web.Alarms;
using Namesake.Web.Audits;
using Namesake.Web.Brands;
using Namesake.Web.Config;
using Namesake.Web.Explain;
using Namesake.Web.Lanes;
using Namesake.Web.Messages;
using Namesake.Web.Plans;
using Namesake.Web.Problems;
using Namesake.Web.Queue;
using Namesake.Web.Reports;
using Namesake.Web.Sites;
using Namesake.Web.Sources;
using Namesake.Web.Status;
using Namesake.Web.Submitters;
using Namesake.Web.Suppressions;

namespace Namesake.Web;

/// <summary>The JSON the API answers with, generated at build time: its shape is these records and nothing found by reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(AlarmPost))]
[JsonSerializable(typeof(Page<SourceView>))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(DrainView))]
[JsonSerializable(typeof(PlanNoticeView))]
[JsonSerializable(typeof(Page<PlanView>))]
[JsonSerializable(typeof(PlanDetailsView))]
[JsonSerializable(typeof(PlanWorkView))]
[JsonSerializable(typeof(PlanVerifyView))]
[JsonSerializable(typeof(DriftView))]
[JsonSerializable(typeof(AdoptionView))]
[JsonSerializable(typeof(PlanTextView))]
[JsonSerializable(typeof(AdviceView))]
[JsonSerializable(typeof(Page<LaneView>))]
[JsonSerializable(typeof(Page<SiteView>))]
[JsonSerializable(typeof(Page<BrandView>))]
[JsonSerializable(typeof(Page<SubmitterView>))]
[JsonSerializable(typeof(Page<SuppressionView>))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(Page<QueueView>))]
[JsonSerializable(typeof(QueueCountView))]
[JsonSerializable(typeof(VerbView))]
[JsonSerializable(typeof(Page<JobView>))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(MessageDetailsView))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(SpoolTotalsView))]
[JsonSerializable(typeof(ReloadView))]
[JsonSerializable(typeof(ReportsView))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
