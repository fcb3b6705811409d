using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Suppression;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What every submission session needs, together.</summary>
/// <param name="Accepted">Told of every message's consignments right after their commit.</param>
internal sealed record SubmissionPorts(
    Func<RelayModel> Model,
    ISpool Spool,
    IPlacement Placement,
    Action<ImmutableArray<Consignment>> Accepted,
    IHeadroom Headroom,
    ShortageLine Shortages,
    SubmissionLimits Limits,
    ContentBudget Budget,
    Logins Logins,
    Quotas Quotas,
    Submitters Submitters,
    Suppressions Suppressions,
    SubmissionMetrics Metrics,
    TimeProvider Time,
    ILogger Log);
