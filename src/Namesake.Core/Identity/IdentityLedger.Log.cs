using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

public sealed partial class IdentityLedger
{
    [LoggerMessage(300, LogLevel.Warning, "{Source}: {Receiver} sees us as {Observed}, expected {Expected}; it said \"{FirstLine}\"")]
    private partial void LogForeign(SourceId source, NextHop receiver, IPAddress observed, IPAddress expected, string firstLine);

    [LoggerMessage(301, LogLevel.Error, "{Source}: {Check}: {Seen}")]
    private partial void LogWire(SourceId source, string check, string seen);

    [LoggerMessage(302, LogLevel.Warning, "{Source}: {Site} refused us for our identity: {Reply}")]
    private partial void LogRefused(SourceId source, SiteId site, string reply);

    [LoggerMessage(303, LogLevel.Warning, "{Scope} {What}")]
    private partial void LogChange(string scope, string what);

    [LoggerMessage(304, LogLevel.Warning, "Our own resolving is {State} (FB-09): while it is in doubt all verdicts stand and no grace runs")]
    private partial void LogDoubt(string state);

    [LoggerMessage(305, LogLevel.Warning, "{By} {What} for {Subject}: {Reason}")]
    private partial void LogOperator(string by, string what, string subject, string reason);

    [LoggerMessage(306, LogLevel.Error, "The stored state {Key} cannot be read and is forgotten: {Trouble}")]
    private partial void LogUnreadable(string key, string trouble);
}
