using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Identity.Verdicts;

namespace Namesake.Core.Identity;

// Strict: a state with a part missing is no state.
[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, Converters = [typeof(IPAddressJson)])]
[JsonSerializable(typeof(StoredSource))]
[JsonSerializable(typeof(StoredLane))]
[JsonSerializable(typeof(StoredClock))]
[JsonSerializable(typeof(ProxyMark))]
[JsonSerializable(typeof(FamilyNote))]
[JsonSerializable(typeof(StoredTakers))]
internal sealed partial class IdentityJson : JsonSerializerContext;

/// <param name="Version">Of this form; another version is forgotten, and the fence finds out anew.</param>
internal sealed record StoredLane(int Version, string Expected, LaneState Lane)
{
    public const int CurrentVersion = 1;

    [JsonIgnore]
    public bool IsSound => Version == CurrentVersion && !Lane.Addresses.IsDefault && !Lane.Onsets.IsDefault;
}

internal sealed record StoredClock(int Version, PatienceClock Clock)
{
    public const int CurrentVersion = 1;
}

internal sealed class IPAddressJson : JsonConverter<IPAddress>
{
    public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
