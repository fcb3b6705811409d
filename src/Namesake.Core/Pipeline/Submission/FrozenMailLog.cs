using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Event ids 230 to 239.</summary>
internal static partial class FrozenMailLog
{
    [LoggerMessage(230, LogLevel.Warning, "{Recipients} queued recipients of {Submitter} are held: it is frozen")]
    public static partial void Held(ILogger log, int recipients, string submitter);

    [LoggerMessage(231, LogLevel.Warning, "{Recipients} queued recipients of {Submitter} are released: it is thawed")]
    public static partial void Released(ILogger log, int recipients, string submitter);

    [LoggerMessage(232, LogLevel.Error, "Queued mail of {Submitter} could not be held or released yet, it is tried again: {Trouble}")]
    public static partial void Later(ILogger log, string submitter, string trouble);

    [LoggerMessage(233, LogLevel.Error, "Queued mail of {Submitter} could not be held or released: a fault of ours")]
    public static partial void Failed(ILogger log, string submitter, Exception failure);
}
