using Microsoft.Extensions.Logging;

namespace Namesake;

/// <summary>Event ids 900 to 999.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(900, LogLevel.Warning, "TEST SETTING: treatAsPublic makes {Ranges} count as public addresses. Never set this where mail is real.")]
    public static partial void TreatAsPublic(ILogger log, string ranges);

    [LoggerMessage(901, LogLevel.Information, "Configuration reloaded: {Brands} brands, {Sources} sources, {Applied} changes took effect, {NeedsRestart} need a restart")]
    public static partial void Reloaded(ILogger log, int brands, int sources, int applied, int needsRestart);

    [LoggerMessage(902, LogLevel.Warning, "Configuration: {Problem}")]
    public static partial void ReloadProblem(ILogger log, string problem);

    [LoggerMessage(903, LogLevel.Error, "The configuration was not reloaded, the relay goes on with what it had: {Why}")]
    public static partial void ReloadRefused(ILogger log, string why);

    [LoggerMessage(906, LogLevel.Error, "Reloading failed in a way that is a bug; restart the relay to be sure of what it runs with")]
    public static partial void ReloadFailed(ILogger log, Exception failure);

    [LoggerMessage(907, LogLevel.Warning, "The machine's clock jumped {By}. The relay keeps its own time; put the clock right (chronyc tracking, timedatectl), and nothing happens. A jump forward that stands for 10 minutes is the time then; after one back the relay runs at half speed until the machine has caught up, or takes its time at a restart")]
    public static partial void ClockJumped(ILogger log, string by);

    [LoggerMessage(908, LogLevel.Warning, "The clock was set {By}, and that is the time from now on: no mail expires because of it before it was tried again")]
    public static partial void ClockSet(ILogger log, string by);

    [LoggerMessage(910, LogLevel.Warning, "This spool was used by a clock that was {By}: what waits is tried now")]
    public static partial void ClockWasAhead(ILogger log, string by);

    [LoggerMessage(909, LogLevel.Information, "The machine's clock is right again; its jump changed nothing")]
    public static partial void ClockRight(ILogger log);

    [LoggerMessage(904, LogLevel.Information, "Reloaded {Change}")]
    public static partial void Applied(ILogger log, string change);

    [LoggerMessage(905, LogLevel.Warning, "Not changed before the relay is restarted: {Change}")]
    public static partial void NeedsRestart(ILogger log, string change);
}
