using Microsoft.Extensions.Logging;

namespace Namesake;

/// <summary>Event ids 900 to 999.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(900, LogLevel.Warning, "TEST SETTING: treatAsPublic makes {Ranges} count as public addresses. Never set this where mail is real.")]
    public static partial void TreatAsPublic(ILogger log, string ranges);

    [LoggerMessage(901, LogLevel.Information, "Configuration reloaded: {Brands} brands, {Sources} sources")]
    public static partial void Reloaded(ILogger log, int brands, int sources);

    [LoggerMessage(902, LogLevel.Warning, "Configuration: {Problem}")]
    public static partial void ReloadProblem(ILogger log, string problem);

    [LoggerMessage(903, LogLevel.Error, "{File} can't be used; the relay goes on with what it had")]
    public static partial void ReloadRefused(ILogger log, string file);
}
