using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Web.Alarms;
using Namesake.Web.Config;
using Namesake.Web.Plans;

namespace Namesake.Web;

/// <summary>The relay the API shows: its parts as the composition root put them together. The API asks them and decides nothing.</summary>
public sealed record RunningRelay
{
    /// <summary>Of the program, "0.1.0".</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required Func<RelayModel> Model { get; init; }

    public required ISpoolView Spool { get; init; }

    public required IdentityLedger Identity { get; init; }

    public required IdentityWatch Watch { get; init; }

    /// <summary>Looks at one source with everything there is to look with, at name servers that fail so many times; null when it isn't known.</summary>
    public required Func<Core.Sources.SourceId, int, CancellationToken, Task<AuditReport?>> Audit { get; init; }

    /// <summary>What receivers reported of the brands' mail.</summary>
    public required Core.Identity.Reports.ReportBook Reports { get; init; }

    public required Dispatcher Dispatcher { get; init; }

    public required SubmissionServer Submission { get; init; }

    /// <summary>Who hands mail in.</summary>
    public required Core.Pipeline.Submission.Submitters Submitters { get; init; }

    /// <summary>To whom nothing is sent.</summary>
    public required Core.Suppression.Suppressions Suppressions { get; init; }

    /// <summary>Operators' verbs over many queues.</summary>
    public required QueueJobs Jobs { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>How far the machine's clock has jumped while the relay doesn't believe it; null: it is right.</summary>
    public Func<TimeSpan?> ClockOff { get; init; } = () => null;

    /// <summary>When somebody must be called, and how; read anew each time.</summary>
    public Func<AlarmSettings> Alarms { get; init; } = () => new AlarmSettings();

    /// <summary>Looks at the plans in hand and holds their sources; how many those are.</summary>
    public Func<CancellationToken, Task<int>> NoticePlans { get; init; } = _ => Task.FromResult(0);

    /// <summary>What makes plans and carries them out.</summary>
    public required PlanDesk Plans { get; init; }

    /// <summary>Reads the configuration file again and changes what can be changed.</summary>
    public required Func<CancellationToken, Task<ReloadOutcome>> Reload { get; init; }
}
