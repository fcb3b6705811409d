using Namesake.Protocol.Smtp.Client;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>What a reflector's answer to EHLO tells beyond our address. Hostile text: whoever answers may only look like a reflector.</summary>
/// <param name="Heard">The name it heard us say.</param>
/// <param name="Verdict">"aligned", "misaligned", "unknown".</param>
public sealed record ReflectorReport(string Heard, string Verdict)
{
    /// <returns>Null when the answer is no reflector's.</returns>
    public static ReflectorReport? Find(EhloResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Extensions.TryGetValue(ReflectorForm.Prefix + "HEARD", out var heard)
            ? new ReflectorReport(heard, response.Extensions.TryGetValue(ReflectorForm.Prefix + "VERDICT", out var verdict) ? verdict.Split(' ')[0] : "unknown")
            : null;
    }
}
