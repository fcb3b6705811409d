using Microsoft.Extensions.Logging;

namespace Namesake;

/// <summary>Event ids 900 to 999.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(900, LogLevel.Warning, "TEST SETTING: treatAsPublic makes {Ranges} count as public addresses. Never set this where mail is real.")]
    public static partial void TreatAsPublic(ILogger log, string ranges);

    [LoggerMessage(901, LogLevel.Information, "Configuration reloaded: {Brands} brands, {Sources} sources")]
    public static partial void Reloaded(ILogger log, int brands, int sources);
}
