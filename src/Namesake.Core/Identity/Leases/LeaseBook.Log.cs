using Microsoft.Extensions.Logging;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Leases;

public sealed partial class LeaseBook
{
    [LoggerMessage(310, LogLevel.Information, "{Source}: this node holds it, lease {Token}")]
    private static partial void LogHeld(ILogger log, SourceId source, long token);

    [LoggerMessage(311, LogLevel.Warning, "{Source}: this node does not send from it (FB-08): {Seen}")]
    private static partial void LogNotHeld(ILogger log, SourceId source, string seen);

    [LoggerMessage(312, LogLevel.Error, "The leases of sources were not renewed; tried again every second: {Trouble}")]
    private static partial void LogNotRenewed(ILogger log, string trouble);
}
