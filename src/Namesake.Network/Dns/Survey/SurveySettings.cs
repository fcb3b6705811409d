using System.Collections.Immutable;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>How much a survey asks, of whom, and how long it waits.</summary>
public sealed record SurveySettings
{
    /// <summary>From where is looked: the node's name, shown beside every observation.</summary>
    public required string Vantage { get; init; }

    /// <summary>Resolvers to compare. Empty: those of the <see cref="Resolver"/>. Nobody is asked who isn't configured.</summary>
    public ImmutableArray<IPEndPoint> Resolvers { get; init; } = [];

    /// <summary>Resolvers asked about one name. Default 8.</summary>
    public int MostResolvers { get; init; } = 8;

    /// <summary>Questions a minute to one resolver on a public address; beyond that names go without its word. Default 300: an audit of ten thousand sources must not hammer a stranger.</summary>
    public int PublicQuestionsPerMinute { get; init; } = 300;

    /// <summary>How long one try waits. Default 2 s: whom a receiver's resolver has to wait for longer is slow.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Tries per question. Default 2: one lost datagram is not silence.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>Questions on the wire at once, to all servers together. Default 128.</summary>
    public int InFlight { get; init; } = 128;

    /// <summary>… to one address. Default 8.</summary>
    public int InFlightPerServer { get; init; } = 8;

    /// <summary>Names surveyed at once; more wait, and their time begins when their turn comes. Default 32.</summary>
    public int AtOnce { get; init; } = 32;

    /// <summary>Longest time for one name. Default 30 s; who hasn't answered by then has no word.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Servers of one zone. Default 13, as many as the root has.</summary>
    public int MostServers { get; init; } = 13;

    /// <summary>Addresses of one server, both families together. Default 4.</summary>
    public int MostAddresses { get; init; } = 4;

    /// <summary>Addresses of one zone's servers in all. Default 20.</summary>
    public int MostAddressesInAll { get; init; } = 20;

    /// <summary>How long a zone's servers, serials and delegation are not asked for again: all names in it share one look. Default 2 minutes.</summary>
    public TimeSpan ZoneMemory { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Zones remembered. Default 20,000.</summary>
    public int RememberedZones { get; init; } = 20_000;

    /// <summary>How long what is known of a resolver's honesty holds. Default 10 minutes.</summary>
    public TimeSpan ExamMemory { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether each server is asked about each name over TCP too. Default true; false asks once per zone only.</summary>
    public bool EveryNameOverTcp { get; init; } = true;

    /// <summary>A signed zone of the public DNS. Default in-addr.arpa: signed, and on the way to every reverse name.</summary>
    public DomainName ControlZone { get; init; } = DomainName.Parse("in-addr.arpa");

    /// <summary>A zone without wildcards, under which a name made up at random does not exist. Default com.</summary>
    public DomainName AbsentUnder { get; init; } = DomainName.Parse("com");

    /// <summary>Addresses that count as the Internet's, for test beds. Default none.</summary>
    public ImmutableArray<IPRange> TreatAsPublic { get; init; } = [];
}
