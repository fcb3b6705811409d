using System.Net;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

public sealed class ResolverTests
{
    [Fact]
    public async Task Addresses_of_both_families_are_read()
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, TimeSpan.FromMinutes(2), "203.0.113.5", "203.0.113.6");
        world.Zones.SetRecord("mail.brand.example", RecordType.Aaaa, "2001:db8::5");
        var four = await world.AskAsync("mail.brand.example");
        Assert.Equal(DnsOutcome.Answer, four.Outcome);
        Assert.Equal(["203.0.113.5", "203.0.113.6"], four.Addresses.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromMinutes(2), four.Ttl);
        Assert.Equal($"resolver {world.Server.EndPoint}", four.Server);
        Assert.Equal(world.Clock.GetUtcNow(), four.At);
        Assert.False(four.Authoritative);
        var six = await world.AskAsync("mail.brand.example", RecordType.Aaaa);
        Assert.Equal([IPAddress.Parse("2001:db8::5")], six.Addresses);
    }

    [Fact]
    public async Task Pointers_may_hold_what_is_no_name()
    {
        await using var world = new World();
        world.Zones.AddZone("113.0.203.in-addr.arpa", "ns1.brand.example");
        world.Zones.SetRecord("5.113.0.203.in-addr.arpa", RecordType.Ptr, "Mail.Brand.example", "not a name!", "host_1.brand.example");
        var answer = await world.AskAsync("5.113.0.203.in-addr.arpa", RecordType.Ptr);
        Assert.Equal(["mail.brand.example", "not\\032a\\032name!", "host_1.brand.example"], answer.Pointers.Select(pointer => pointer.Target));
        Assert.Equal(DomainName.Parse("mail.brand.example"), answer.Pointers.First().Name);
        Assert.Null(answer.Pointers.ElementAt(1).Name);
    }

    [Fact]
    public async Task Mail_exchangers_texts_servers_and_zone_starts_are_read()
    {
        await using var world = new World();
        world.Zones.SetRecord("brand.example", RecordType.MX, "10 mx1.brand.example", "20 mx2.brand.example");
        world.Zones.SetRecord("nomail.brand.example", RecordType.MX, "0 .");
        var longText = "v=spf1 " + string.Join(' ', Enumerable.Range(0, 60).Select(i => $"ip4:203.0.113.{i}")) + " -all";
        world.Zones.SetRecord("brand.example", RecordType.Txt, longText);

        var exchangers = (await world.AskAsync("brand.example", RecordType.MX)).Records.OfType<MXRecord>();
        Assert.Equal([(10, "mx1.brand.example"), (20, "mx2.brand.example")], exchangers.Select(mx => (mx.Preference, mx.Exchange!.Value)));
        Assert.Null(Assert.Single((await world.AskAsync("nomail.brand.example", RecordType.MX)).Records.OfType<MXRecord>()).Exchange);
        Assert.Equal(longText, Assert.Single((await world.AskAsync("brand.example", RecordType.Txt)).Records.OfType<TextRecord>()).Text);
        Assert.Equal("ns1.brand.example", Assert.Single((await world.AskAsync("brand.example", RecordType.NS)).Records.OfType<NameServerRecord>()).Server.Value);
        var start = Assert.Single((await world.AskAsync("brand.example", RecordType.Soa)).Records.OfType<StartOfAuthorityRecord>());
        Assert.Equal(("ns1.brand.example", TimeSpan.FromMinutes(5)), (start.Primary.Value, start.NegativeTtl));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_not_a_name_without_the_type()
    {
        await using var world = new World();
        world.Zones.AddZone("quick.example", TimeSpan.FromSeconds(77), "ns1.brand.example");
        world.Zones.SetRecord("only-four.quick.example", RecordType.A, "203.0.113.5");
        var absent = await world.AskAsync("nobody.quick.example");
        Assert.Equal((DnsOutcome.NameError, TimeSpan.FromSeconds(77)), (absent.Outcome, absent.Ttl));
        var typeless = await world.AskAsync("only-four.quick.example", RecordType.Aaaa);
        Assert.Equal((DnsOutcome.NoData, TimeSpan.FromSeconds(77)), (typeless.Outcome, typeless.Ttl));
        Assert.True(absent.IsDefinite && typeless.IsDefinite);
    }

    [Theory]
    [InlineData(DemoDnsFault.ServerFailure, DnsOutcome.ServerFailure)]
    [InlineData(DemoDnsFault.Refused, DnsOutcome.Refused)]
    [InlineData(DemoDnsFault.Garbage, DnsOutcome.Malformed)]
    [InlineData(DemoDnsFault.Noise, DnsOutcome.Malformed)]
    [InlineData(DemoDnsFault.WrongId, DnsOutcome.Malformed)]
    [InlineData(DemoDnsFault.WrongQuestion, DnsOutcome.Malformed)]
    [InlineData(DemoDnsFault.TruncatedAlways, DnsOutcome.Truncated)]
    [InlineData(DemoDnsFault.Silent, DnsOutcome.TimedOut)]
    public async Task Trouble_is_told_apart_and_is_never_definite(DemoDnsFault fault, DnsOutcome expected)
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, "203.0.113.5");
        world.Server.SetFault("mail.brand.example", fault);
        var waits = fault is DemoDnsFault.Silent or DemoDnsFault.Noise or DemoDnsFault.WrongId or DemoDnsFault.WrongQuestion;
        var asking = world.AskAsync("mail.brand.example");
        var answer = waits ? await world.WhileTimePassesAsync(asking, afterStray: fault != DemoDnsFault.Silent) : await asking;
        Assert.Equal(expected, answer.Outcome);
        Assert.False(answer.IsDefinite);
        Assert.Empty(answer.Records);
        world.Server.ClearFault("mail.brand.example");
        Assert.Equal(DnsOutcome.Answer, (await world.AskAsync("mail.brand.example")).Outcome); // trouble is not remembered
    }

    [Fact]
    public async Task A_closed_port_is_unreachable_at_once()
    {
        await using var world = new World();
        await world.Server.DisposeAsync();
        Assert.Equal(DnsOutcome.Unreachable, (await world.AskAsync("mail.brand.example")).Outcome);
    }

    [Theory]
    [InlineData(DemoDnsFault.Truncated)]
    [InlineData(DemoDnsFault.NoEdns)]
    public async Task A_server_that_needs_another_way_gets_it(DemoDnsFault fault)
    {
        await using var world = new World();
        world.Zones.SetRecord("mail.brand.example", RecordType.A, "203.0.113.5");
        world.Server.SetFault("mail.brand.example", fault);
        Assert.Equal(["203.0.113.5"], (await world.AskAsync("mail.brand.example")).Addresses.Select(address => address.ToString()));
    }

    [Fact]
    public async Task More_records_than_a_datagram_holds_come_over_TCP()
    {
        await using var world = new World();
        var many = Enumerable.Range(0, 250).Select(i => $"203.0.113.{i}").ToArray();
        world.Zones.SetRecord("pool.brand.example", RecordType.A, many);
        Assert.Equal(many, (await world.AskAsync("pool.brand.example")).Addresses.Select(address => address.ToString()));
    }
}
