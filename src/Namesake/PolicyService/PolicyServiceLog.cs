using Microsoft.Extensions.Logging;

namespace Namesake.PolicyService;

/// <summary>Event ids 400 to 419.</summary>
internal static partial class PolicyServiceLog
{
    [LoggerMessage(400, LogLevel.Information, "Answering on {Listeners}: policy {Policy}; aligned {Aligned}, misaligned {Misaligned}, unknown {Unknown}")]
    public static partial void Answering(ILogger log, string listeners, string policy, string aligned, string misaligned, string unknown);

    [LoggerMessage(EventId = 401, Message = "{Story}")]
    public static partial void Decided(ILogger log, LogLevel level, string story);

    [LoggerMessage(402, LogLevel.Warning, "A connection was closed for {Fault}")]
    public static partial void Closed(ILogger log, string fault);

    [LoggerMessage(403, LogLevel.Debug, "A connection was lost: {Why}")]
    public static partial void ConnectionLost(ILogger log, string why);

    [LoggerMessage(404, LogLevel.Error, "A request could not be answered, its connection was closed; this is a bug")]
    public static partial void Failed(ILogger log, Exception bug);

    [LoggerMessage(405, LogLevel.Warning, "{Limit} connections are open, further ones are closed at once; Postfix has fewer unless its process limit was raised")]
    public static partial void TooMany(ILogger log, int limit);

    [LoggerMessage(406, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(407, LogLevel.Warning, "{Address} can be reached from other machines, and whoever reaches it may ask; Postfix on this machine needs no more than loopback or a socket file")]
    public static partial void Exposed(ILogger log, string address);
}
