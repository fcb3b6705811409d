using Namesake.Core.Identity.Authentication;

namespace Namesake.Core.Identity.Reports;

/// <summary>What the newest reports of one reporter say of one address.</summary>
/// <param name="Day">The last day it was reported for.</param>
public sealed record ReportedRow(ReportedSender Sender, DateOnly Day)
{
    /// <summary>It may be mail of ours: both SPF and a signature passed, as they do for what leaves here; or we wrote the report ourselves. Forgers and forwarders lack one of them.</summary>
    public bool MayBeOurs => Sender.Kind == ReportKind.Tls || Sender is { SpfInLine: true, DkimInLine: true };
}
