using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Submission;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Providers;
using Namesake.Network.Firewall;
using Namesake.Plans;
using Namesake.Storage;
using Namesake.Web.Alarms;

namespace Namesake.Configuration;

/// <summary>All that one <c>namesake.yaml</c> says, validated: the model the stages read, and the settings of the process around them.</summary>
public sealed record NamesakeConfiguration
{
    /// <summary>Full path of the file it was read from; null for text.</summary>
    public string? File { get; init; }

    public required RelayModel Relay { get; init; }

    /// <summary>Full path of the directory that holds spool, verdicts and the CLI's token. Default "data" beside the file.</summary>
    public string DataDirectory => Spool.DataDirectory;

    public ResolverSettings Resolver { get; init; } = new();

    public ApiSettings Api { get; init; } = new();

    public AlarmSettings Alarms { get; init; } = new();

    public required SpoolOptions Spool { get; init; }

    /// <summary>Null: the embedded spool. Its node is <see cref="RelayModel.Node"/>.</summary>
    public PostgresOptions? Database { get; init; }

    public LoggingSettings Logging { get; init; } = new();

    public IdentityOptions Identity { get; init; } = new();

    /// <summary>Whom an audit asks beyond DNS itself. Default nobody.</summary>
    public ListingOptions Listing { get; init; } = new();

    /// <summary>Where plans write records. Default nowhere.</summary>
    public ImmutableArray<DnsProviderSettings> DnsProviders { get; init; } = [];

    /// <summary>Where plans write translation. Default nowhere.</summary>
    public ImmutableArray<FirewallSettings> Firewalls { get; init; } = [];

    public SubmissionLimits Submission { get; init; } = new();

    public DeliverySettings Delivery { get; init; } = new();

    /// <summary>How plans are applied, and how much one may change. Read anew by every plan verb.</summary>
    public PlanSettings Plans { get; init; } = new();
}
