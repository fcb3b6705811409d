using System.Net;
using Microsoft.Extensions.Logging;

namespace Namesake.Reflecting;

/// <summary>Event ids 800 to 899.</summary>
internal static partial class ReflectorLog
{
    [LoggerMessage(800, LogLevel.Information, "Reflecting on {Address} as {Name}; no mail is taken")]
    public static partial void Listening(ILogger log, IPEndPoint address, string name);

    [LoggerMessage(801, LogLevel.Information, "{Client} as {Heard}: {Verdict}")]
    public static partial void Reflected(ILogger log, IPAddress client, string heard, string verdict);

    [LoggerMessage(802, LogLevel.Debug, "Turned {Client} away: {Why}")]
    public static partial void TurnedAway(ILogger log, IPAddress client, string why);

    [LoggerMessage(803, LogLevel.Error, "The session of {Client} failed in a way that is a bug; it was closed")]
    public static partial void Failed(ILogger log, IPAddress client, Exception failure);
}
