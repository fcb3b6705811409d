using System.Text.Json.Serialization;
using Namesake.Core.Messages;

namespace Namesake.Storage.Rows;

/// <summary>Events as they are stored: camel case, nothing for null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AttemptEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
