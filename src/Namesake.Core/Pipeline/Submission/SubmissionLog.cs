using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Event ids 200 to 299.</summary>
internal static partial class SubmissionLog
{
    [LoggerMessage(200, LogLevel.Information, "Listening on {Address}, brand {Brand}")]
    public static partial void Listening(ILogger log, IPEndPoint address, string brand);

    [LoggerMessage(201, LogLevel.Information, "{Message} accepted brand={Brand} client={Client} from=<{Sender}> recipients={Recipients} bytes={Bytes}")]
    public static partial void Accepted(ILogger log, string message, string brand, IPAddress client, string sender, int recipients, long bytes);

    [LoggerMessage(202, LogLevel.Information, "Refused {Client}: {Reply}")]
    public static partial void Refused(ILogger log, IPAddress client, string reply);

    [LoggerMessage(203, LogLevel.Warning, "Authentication of {Client} as {User} failed")]
    public static partial void AuthenticationFailed(ILogger log, IPAddress client, string user);

    [LoggerMessage(204, LogLevel.Information, "TLS with {Client} failed: {Trouble}")]
    public static partial void TlsFailed(ILogger log, IPAddress client, string trouble);

    [LoggerMessage(205, LogLevel.Warning, "Turned {Client} away: {Why}")]
    public static partial void TurnedAway(ILogger log, IPAddress client, string why);

    [LoggerMessage(206, LogLevel.Error, "The session of {Client} failed in a way that is a bug; it was closed, nothing unacknowledged was accepted")]
    public static partial void Failed(ILogger log, IPAddress client, Exception failure);

    [LoggerMessage(207, LogLevel.Error, "A message of {Client} was refused with 451, nothing was stored: {Trouble}")]
    public static partial void NotStored(ILogger log, IPAddress client, string trouble);

    [LoggerMessage(211, LogLevel.Error, "A message of {Client} was refused with 451, nothing was stored: its DKIM signature could not be made: {Trouble}")]
    public static partial void NotSigned(ILogger log, IPAddress client, string trouble);

    [LoggerMessage(208, LogLevel.Information, "No longer listening on {Address}; its sessions come to their end")]
    public static partial void NoLongerListening(ILogger log, IPEndPoint address);

    [LoggerMessage(210, LogLevel.Warning, "What was handed in could not be added to the day's sums, it is tried again: {Trouble}")]
    public static partial void TalliesNotSaved(ILogger log, string trouble);

    [LoggerMessage(212, LogLevel.Warning, "Sums of days that are no longer needed could not be removed, it is tried again: {Trouble}")]
    public static partial void TalliesNotForgotten(ILogger log, string trouble);

    [LoggerMessage(213, LogLevel.Error, "What was handed in on {Day} before this start could not be read whole ({Scope}): counts that were not read begin anew, so that limits of the day allow as much again. {Trouble}")]
    public static partial void TalliesNotRead(ILogger log, string day, TallyScope scope, string trouble);

    [LoggerMessage(209, LogLevel.Error, "{Address} was closed for a change that failed, and can't be bound again: {Trouble} Nobody listens there until the configuration is reloaded")]
    public static partial void NotListeningAgain(ILogger log, IPEndPoint address, string trouble);

    [LoggerMessage(210, LogLevel.Warning, "Turned away {Clients} connections or messages since the last such line: {Shortage}")]
    public static partial void Short(ILogger log, int clients, string shortage);
}
