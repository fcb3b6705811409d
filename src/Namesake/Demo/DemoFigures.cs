using System.Text.Json.Serialization;

namespace Namesake.Demo;

/// <summary>What the demo counted; the same for people and with --json.</summary>
/// <param name="RefusedBefore">Messages of a client that let the system choose the address, refused as in 2007.</param>
/// <param name="Held">Messages accepted by the relay and held because DNS did not agree.</param>
/// <param name="Leaked">MAIL FROMs of the relay under a wrong identity, at any receiver. Must be 0.</param>
/// <param name="DeliveredAfter">Messages delivered after the plan was applied, each counted once.</param>
/// <param name="Lost">Messages that got 250 and did not arrive. Must be 0.</param>
/// <param name="CameTrue">Whether the whole story happened as told.</param>
public sealed record DemoFigures(
    [property: JsonPropertyName("refusedBefore")] int RefusedBefore,
    [property: JsonPropertyName("held")] int Held,
    [property: JsonPropertyName("leaked")] int Leaked,
    [property: JsonPropertyName("deliveredAfter")] int DeliveredAfter,
    [property: JsonPropertyName("lost")] int Lost,
    [property: JsonPropertyName("cameTrue")] bool CameTrue);
