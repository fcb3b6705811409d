using System.Net;
using Microsoft.Extensions.Logging;

namespace Namesake.Web;

/// <summary>Event ids 800 to 899. What an operator changes is logged by the identity's ledger, with name and reason.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(800, LogLevel.Information, "The API listens on {Address}; its token is in {TokenFile}")]
    public static partial void Listening(ILogger log, string address, string tokenFile);

    [LoggerMessage(801, LogLevel.Warning, "The API's token in {TokenFile} was replaced: {Why}. Whoever used the old one must read the file again")]
    public static partial void TokenReplaced(ILogger log, string tokenFile, string why);

    [LoggerMessage(802, LogLevel.Warning, "A request for {Path} from {Client} had no token or a wrong one")]
    public static partial void Unauthorized(ILogger log, string path, IPAddress? client);

    [LoggerMessage(803, LogLevel.Warning, "A request from {Client} asked for the host {Host}: turned away (DNS rebinding, or a proxy that keeps Host)")]
    public static partial void ForbiddenHost(ILogger log, IPAddress? client, string host);

    [LoggerMessage(810, LogLevel.Error, "Alarms could not be posted to alarms.webhook ({Alarms} stand): {Trouble}; tried again in {Seconds} s with what stands then")]
    public static partial void AlarmsUntold(ILogger log, int alarms, string trouble, double seconds);

    [LoggerMessage(811, LogLevel.Information, "alarms.webhook takes alarms again, after {Failures} failed posts")]
    public static partial void AlarmsToldAgain(ILogger log, int failures);

    [LoggerMessage(812, LogLevel.Error, "What stands could not be read for the alarms")]
    public static partial void AlarmsFailed(ILogger log, Exception failure);

    [LoggerMessage(804, LogLevel.Error, "A request for {Path} failed in a way that is a bug")]
    public static partial void Failed(ILogger log, string path, Exception failure);
}
