using Microsoft.Extensions.Logging;

namespace Namesake.Core.Identity.Leases;

public sealed partial class LeaseBook
{
    // One line however many: what each hold says stands in the ledger's.
    [LoggerMessage(310, LogLevel.Information, "{Count} sources are {How} from now on")]
    private static partial void LogChanged(ILogger log, int count, string how);

    [LoggerMessage(311, LogLevel.Error, "The leases of sources were not renewed; tried again every second: {Trouble}")]
    private static partial void LogNotRenewed(ILogger log, string trouble);

    [LoggerMessage(312, LogLevel.Error, "What other nodes suspended and froze could not be read; tried again with the next renewal: {Trouble}")]
    private static partial void LogNotHeard(ILogger log, string trouble);
}
