using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Pipeline;

namespace Namesake.Configuration;

/// <summary>All that one <c>namesake.yaml</c> says, validated: the model the stages read, and the settings of the process around them.</summary>
public sealed record NamesakeConfiguration
{
    /// <summary>Full path of the file it was read from; null for text.</summary>
    public string? File { get; init; }

    public required RelayModel Relay { get; init; }

    /// <summary>Full path of the directory that holds spool, verdicts and the CLI's token. Default "data" beside the file.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Recursive resolvers, asked in this order. Empty: those of the operating system.</summary>
    public ImmutableArray<IPEndPoint> Resolvers { get; init; } = [];

    public ApiSettings Api { get; init; } = new();

    public SpoolSettings Spool { get; init; } = new();

    public LoggingSettings Logging { get; init; } = new();

    public IdentitySettings Identity { get; init; } = new();

    public SubmissionSettings Submission { get; init; } = new();

    public DeliverySettings Delivery { get; init; } = new();
}
