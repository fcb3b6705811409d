using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Brands;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline;

/// <summary>The validated, immutable configuration the stages read. A reload swaps it whole; nobody keeps it longer than one decision.</summary>
public sealed record RelayModel
{
    /// <summary>This machine's name in leases, events and Received-free places. Not a mail name.</summary>
    public required string Node { get; init; }
    public required BrandDirectory Brands { get; init; }
    public required SourceDirectory Sources { get; init; }
    public ImmutableArray<ListenerModel> Listeners { get; init; } = [];
    public ImmutableArray<UserModel> Users { get; init; } = [];
    public ImmutableArray<ClientModel> Clients { get; init; } = [];
    public ImmutableArray<RouteModel> Routes { get; init; } = [];
    /// <summary>Limits towards receivers that differ from what is known of them.</summary>
    public ImmutableArray<SiteRule> Sites { get; init; } = [];
    public ImmutableArray<CertificateModel> Certificates { get; init; } = [];
    public ImmutableArray<WitnessModel> Witnesses { get; init; } = [];

    /// <summary>Sites whose echo an operator marked as a proxy's: silent from then on.</summary>
    public ImmutableArray<string> ProxyEchoSites { get; init; } = [];

    /// <summary>Test ranges that count as public (the demo, the lab). Shown loudly at start.</summary>
    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];

    /// <summary>Before mail goes to a receiver that doesn't echo, the newest proof must not be older than this; null: any age within grace.</summary>
    public TimeSpan? SilentReceiversRequireProof { get; init; }

    /// <summary>Largest message, bytes. Default 50 MiB (52,428,800): what large receivers take after encoding.</summary>
    public long MaximumMessageBytes { get; init; } = 52_428_800;

    /// <summary>When a submitter is taken to be unlike itself.</summary>
    public AnomalyRules Anomalies { get; init; } = new();
}

/// <param name="Brand">All its mail belongs to this brand; null: found per message.</param>
/// <param name="RelayFrom">Clients that may submit without AUTH.</param>
/// <param name="Name">The name in the banner; null: the brand's first source's name, or the node's name.</param>
/// <param name="ImplicitTls">TLS from the first byte (port 465, RFC 8314).</param>
/// <param name="NullSenderBrand">The brand of null-sender mail whose From names none (NDRs of the server behind us).</param>
/// <param name="DsnToPeer">DSNs for mail from here go back to the client's own address, port 25.</param>
/// <param name="MaximumConnections">Sessions at once. Default 10,000, range 1 to 100,000: twice what bench/pressure holds in 300 MB; a machine that is smaller turns clients away before that (<see cref="IHeadroom"/>).</param>
/// <param name="MaximumConnectionsPerClient">Sessions at once of one address, or of one IPv6 /64. Default 200, range 1 to 100,000.</param>
public sealed record ListenerModel(
    IPEndPoint Address,
    BrandId? Brand,
    ImmutableArray<IPRange> RelayFrom,
    HostName? Name,
    bool ImplicitTls,
    BrandId? NullSenderBrand,
    bool DsnToPeer,
    int MaximumConnections = 10_000,
    int MaximumConnectionsPerClient = 200,
    int MaximumRecipients = 1000)
{
    /// <summary>How much each client address may hand in here without a login, an IPv6 /64 counting as one. Default: no limits.</summary>
    public SendingLimits ClientLimits { get; init; } = SendingLimits.None;
}

/// <param name="PasswordHash">As `namesake password` prints it.</param>
public sealed record UserModel(string Name, BrandId Brand, PasswordHash PasswordHash)
{
    /// <summary>How much it may hand in. Default: no limits but its brand's.</summary>
    public SendingLimits Limits { get; init; } = SendingLimits.None;

    /// <summary>Where it is judged otherwise than its brand's submitters. Null: not at all.</summary>
    public AnomalyOverride? Anomalies { get; init; }
}

/// <summary>A client address that belongs to a brand. In <see cref="RelayModel.Clients"/> longer prefixes come first: the first that contains an address decides.</summary>
public sealed record ClientModel(IPRange Range, BrandId Brand)
{
    /// <summary>How much each address of the range may hand in without a login, an IPv6 /64 counting as one. Null: what the listener says.</summary>
    public SendingLimits? Limits { get; init; }
}

/// <param name="Domains">Recipient domains; empty means every one ("*").</param>
/// <param name="Suffixes">Domains whose sub-domains match ("*.example.org").</param>
/// <param name="Host">A host name or an address.</param>
/// <param name="Connections">Most connections at once from one source to it. Default 20, range 1 to 10,000.</param>
public sealed record RouteModel(
    ImmutableArray<DomainName> Domains,
    ImmutableArray<DomainName> Suffixes,
    string Host,
    int Port,
    RouteIdentity Identity,
    int Connections = 20)
{
    public bool Matches(DomainName domain) =>
        (Domains.IsEmpty && Suffixes.IsEmpty) || Domains.Contains(domain) || Suffixes.Any(suffix => domain != suffix && domain.IsEqualOrUnder(suffix));
}

/// <param name="Names">Host names it serves, "*.example.org" allowed for one label.</param>
public sealed record CertificateModel(ImmutableArray<string> Names, X509Certificate2 Certificate)
{
    /// <summary>What stands between it and a root clients know; sent with it, or clients without them refuse it.</summary>
    public ImmutableArray<X509Certificate2> Intermediates { get; init; } = [];
}
