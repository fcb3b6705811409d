using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Namesake.Storage;

namespace Namesake.Cli;

/// <summary>The JSON of verbs that need no running relay. The others print what the API gives.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Namesake.Demo.DemoFigures))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(CheckCardReport))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<CheckCardReport>))]
[JsonSerializable(typeof(ClassifyReport))]
[JsonSerializable(typeof(ConfigCheckReport))]
[JsonSerializable(typeof(AdviceReport))]
[JsonSerializable(typeof(PlatformTextReport))]
[JsonSerializable(typeof(ReportsReport))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(PlanOutcomeReport))]
[JsonSerializable(typeof(PlanVerifyReport))]
[JsonSerializable(typeof(PlanHistoryReport))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<PlanReport>))]
[JsonSerializable(typeof(SpoolCheckReport))]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static JsonElement Element<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToElement(value, type);
}
