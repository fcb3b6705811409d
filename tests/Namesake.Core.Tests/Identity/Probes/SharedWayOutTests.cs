using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>Who else sends mail behind a public address, by the connections of the node that translates.</summary>
public sealed class SharedWayOutTests
{
    private const string Receiver = "192.0.43.8";

    [Fact]
    public void Sources_of_ours_behind_one_address_are_no_strangers() =>
        Assert.Empty(Others(Facts("10.0.0.5", "10.0.0.6"), Flow("10.0.0.5"), Flow("10.0.0.6"))!);

    [Fact]
    public void A_host_that_is_no_source_is_named_with_those_that_send_most_in_front() =>
        Assert.Equal(["10.0.0.9", "10.0.0.10"], Others(Facts("10.0.0.5"), Flow("10.0.0.5"), Flow("10.0.0.10"), Flow("10.0.0.9"), Flow("10.0.0.9"))!.Select(other => other.What));

    [Fact]
    public void What_leaves_by_another_address_is_not_behind_ours() =>
        Assert.Empty(Others(Facts("10.0.0.5"), Flow("10.0.0.5"), Flow("10.0.0.9", outside: "203.0.113.6"))!);

    [Fact]
    public void A_connection_to_a_host_inside_or_to_our_own_port_25_shows_nobody_outside_an_address() =>
        Assert.Empty(Others(Facts("10.0.0.5"), Flow("10.0.0.5"), Flow("10.0.0.9", to: "10.0.0.25"), Flow("10.0.0.9", to: "203.0.113.5"))!);

    [Fact]
    public void A_node_that_never_put_the_address_on_can_not_tell_that_there_is_nobody() => Assert.Null(Others(Facts("10.0.0.5")));

    [Fact]
    public void A_node_that_has_the_address_itself_can_tell() => Assert.Empty(Others(Facts("203.0.113.5") with { Bind = new BindResult(true, null) })!);

    [Fact]
    public void Half_a_table_clears_nobody() => Assert.Null(SharedWayOut.OthersOn(Facts("10.0.0.5"), [Flow("10.0.0.5")], isWhole: false));

    private static OtherSender[]? Others(IdentityFacts facts, params LiveConnection[] connections) => SharedWayOut.OthersOn(facts, connections, isWhole: true)?.ToArray();

    private static LiveConnection Flow(string from, string to = Receiver, string outside = "203.0.113.5") => new(IPAddress.Parse(from), IPAddress.Parse(to), IPAddress.Parse(outside));

    private static IdentityFacts Facts(params string[] locals)
    {
        Source[] pool = [.. locals.Select((local, place) => new Source { Id = new SourceId($"s{place}"), LocalAddress = IPAddress.Parse(local), PublicAddress = IPAddress.Parse("203.0.113.5"), Ehlo = HostName.Parse("mail.acme.example") })];
        return new IdentityFacts { Source = pool[0], Pool = [.. pool], TreatAsPublic = [IPRange.Parse("203.0.113.0/24")] };
    }
}
