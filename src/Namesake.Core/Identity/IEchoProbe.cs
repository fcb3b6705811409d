using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>The port that asks a receiver, by EHLO and QUIT from a source, which address it sees. Filled by Delivery.</summary>
public interface IEchoProbe
{
    Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation);
}

/// <param name="FirstLine">The first line of the EHLO reply; null when there was none.</param>
/// <param name="Trouble">Why not; null when there was.</param>
public sealed record EchoProbeResult(string? FirstLine, string? Trouble)
{
    public static EchoProbeResult Answered(string firstLine) => new(firstLine, null);

    public static EchoProbeResult Unreached(string trouble) => new(null, trouble);
}
