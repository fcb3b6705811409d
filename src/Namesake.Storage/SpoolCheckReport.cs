using System.Collections.Immutable;

namespace Namesake.Storage;

/// <summary>What <see cref="SpoolCheck"/> saw.</summary>
/// <param name="DataDirectory">Of a cluster: which server, database and schema.</param>
/// <param name="Messages">In the spool, whole or not; 0 when the database can't be read.</param>
public sealed record SpoolCheckReport(string DataDirectory, long Messages, long Recipients, ImmutableArray<SpoolFinding> Findings)
{
    /// <summary>Nothing is left to do.</summary>
    public bool IsSound => Findings.All(finding => finding.IsRepaired);
}

/// <param name="Kind">"database", "integrity", "content", "recipients", "queues", "messages" or "files".</param>
/// <param name="What">What is wrong.</param>
/// <param name="Where">File, table or message.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="IsRepaired">It was, by this check.</param>
public sealed record SpoolFinding(string Kind, string What, string Where, string Fix, bool IsRepaired = false);
