using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>One situation in DNS and what an audit must make of it: the verdict, and exactly the checks that fail.</summary>
/// <remarks>In all texts: $d the scenario's own domain, $ip its own address, $net the first three octets of it, $a the address's record type, $r its reverse name, $rz the zone of that,
/// $l the address backwards as below a DNS list, $n its number, $dkim the record of a sound key.
/// What is expected is reasoned from docs/verdicts.md and the catalogue, never copied from what the code said.</remarks>
internal sealed record Scenario(string Name)
{
    /// <summary>Each scenario has a /24 of its own: what is beyond the 255 of one /16 is in another, which is no more routed than the first.</summary>
    public const int MostInFirstNetwork = 250;

    /// <summary>The records of the scenario's domain, from "mail" as the name said.</summary>
    public string Zone { get; init; } = "mail $a $ip\nmail TXT \"v=spf1 a -all\"";

    /// <summary>What the second server has in place of it; null: the same.</summary>
    public string? ZoneAtSecond { get; init; }

    public string Reverse { get; init; } = "$r PTR mail.$d.";

    public string? ReverseAtSecond { get; init; }

    /// <summary>Servers of the domain: ns1 and ns2 are BINDs, ns3 is ns1 by another name, ns4 is a PowerDNS, the others fail each in its way, "gone" has no address.</summary>
    /// <remarks>ns2 is the second server; so is ns4 where it isn't named first.</remarks>
    public ImmutableArray<string> Servers { get; init; } = ["ns1", "ns2"];

    /// <summary>Servers of a reverse zone of the scenario's own. Default: its records stand in a zone shared by all.</summary>
    public ImmutableArray<string> ReverseServers { get; init; }

    /// <summary>Whom the zone above delegates the reverse zone to. It is served by ns2 alone then, so that it shows what it delegates.</summary>
    public ImmutableArray<string> DelegatedTo { get; init; }

    /// <summary>Zones beside the two, by name.</summary>
    public ImmutableArray<(string Name, string Records)> More { get; init; } = [];

    /// <summary>Servers of those.</summary>
    public ImmutableArray<string> MoreServers { get; init; } = ["ns1", "ns2"];

    /// <summary>How far the second server's serial lags.</summary>
    public int Lag { get; init; }

    public int ReverseLag { get; init; }

    public int NegativeTtl { get; init; } = 60;

    public int SoaTtl { get; init; } = 3600;

    /// <summary>What our resolver says in the servers' place; those count as public then.</summary>
    public string? AtResolver { get; init; }

    /// <summary>Resolvers of the world that are asked, too: "north" and "south" are Unbounds, "east" a BIND, "silent" never answers. Ours is not public beside them.</summary>
    public ImmutableArray<string> Resolvers { get; init; } = [];

    /// <summary>What "south" says in the servers' place: a record, or a name and "nothing".</summary>
    public string? AtSouth { get; init; }

    /// <summary>DNS lists that are asked.</summary>
    public ImmutableArray<(string Zone, ListKind Kind)> Lists { get; init; } = [];

    /// <summary>The abuse contact the registry has; empty: none, "429": it answers so. Null: it is not asked.</summary>
    public string? Abuse { get; init; }

    /// <summary>Whether mail hosts are asked about mailboxes, from 127.0.0.1.</summary>
    public bool AsksMailboxes { get; init; }

    /// <summary>The EHLO name of another brand's source in the same /64.</summary>
    public string? Neighbour { get; init; }

    /// <summary>Addresses that the name was seen at within the last days and has left. Default: nobody has watched.</summary>
    public ImmutableArray<string> Left { get; init; }

    public Signing Signing { get; init; }

    public bool V6 { get; init; }

    /// <summary>Null: one of the scenario's own.</summary>
    public string? Address { get; init; }

    public string Ehlo { get; init; } = "mail.$d";

    /// <summary>The domain in From; null: nobody is said to send.</summary>
    public string? From { get; init; }

    /// <summary>Null: as From.</summary>
    public string? ReturnPath { get; init; }

    public string? Selector { get; init; }

    /// <summary>Other public addresses that say the name.</summary>
    public ImmutableArray<string> Pool { get; init; } = [];

    public IdentityPolicy Policy { get; init; } = IdentityPolicy.Strict;

    public Verdict Verdict { get; init; } = Verdict.Aligned;

    /// <summary>Checks that fail and hold; all of them, and no others. So the next two.</summary>
    public string Holds { get; init; } = "";

    public string Fails { get; init; } = "";

    public string Warns { get; init; } = "";

    public string Informs { get; init; } = "";

    /// <summary>Checks that must have passed, for the table of which scenario shows which check.</summary>
    public string Passes { get; init; } = "";

    /// <summary>Checks among those that can't be answered. Null: every check that counts for the verdict can be.</summary>
    public string? Unknown { get; init; }

    public string Domain(int number) => $"brand{number}.example";

    public IPAddress AddressOf(int number) => IPAddress.Parse(Address
        ?? (V6 ? string.Create(CultureInfo.InvariantCulture, $"2001:db8:{number}::25")
            : number <= MostInFirstNetwork ? string.Create(CultureInfo.InvariantCulture, $"198.{(DelegatedTo.IsDefault ? 18 : 19)}.{number}.25")
            : string.Create(CultureInfo.InvariantCulture, $"240.{(DelegatedTo.IsDefault ? 18 : 19)}.{number - MostInFirstNetwork}.25")));

    /// <summary>Checks that failed, of any severity.</summary>
    public IEnumerable<string> Bad => Words($"{Holds} {Fails} {Warns} {Informs}");

    public static IEnumerable<string> Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

internal enum Signing
{
    None,
    Valid,

    /// <summary>Signed with an address that ends in .77, which is made .25 afterwards.</summary>
    Broken,
}
