using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.RealServers;

public sealed class BindAndUnboundTests(BindAndUnbound servers) : IClassFixture<BindAndUnbound>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_validating_Unbound_vouches_for_what_is_signed_and_for_nothing_else()
    {
        await servers.StartedAsync();
        using var resolver = servers.Through(servers.Unbound);
        var signed = await AskAsync(resolver, "mail.signed.example", RecordType.A);
        Assert.Equal(("203.0.113.5", true), (signed.Addresses.Single().ToString(), signed.Authenticated));
        var absent = await AskAsync(resolver, "nobody.signed.example", RecordType.A);
        Assert.Equal((DnsOutcome.NameError, true), (absent.Outcome, absent.Authenticated));
        var plain = await AskAsync(resolver, "mail.plain.example", RecordType.A);
        Assert.Equal(("203.0.113.7", false), (plain.Addresses.Single().ToString(), plain.Authenticated));
        var across = await AskAsync(resolver, "www.plain.example", RecordType.Aaaa);
        Assert.Equal(("2001:db8::5", false, "mail.signed.example"), (across.Addresses.Single().ToString(), across.Authenticated, across.Aliases.Single().Value));
        Assert.Equal(DnsOutcome.ServerFailure, (await AskAsync(resolver, "mail.bogus.example", RecordType.A)).Outcome);
    }

    [Fact]
    public async Task What_BIND_writes_is_read_as_it_was_meant()
    {
        await servers.StartedAsync();
        using var resolver = servers.Through(servers.Bind);
        var exchanger = Assert.Single((await AskAsync(resolver, "signed.example", RecordType.MX)).Records.OfType<MXRecord>());
        Assert.Equal((10, "mail.signed.example"), (exchanger.Preference, exchanger.Exchange!.Value));
        Assert.Null(Assert.Single((await AskAsync(resolver, "nomail.plain.example", RecordType.MX)).Records.OfType<MXRecord>()).Exchange);
        Assert.Equal("v=spf1 -all", Assert.Single((await AskAsync(resolver, "signed.example", RecordType.Txt)).Records.OfType<TextRecord>()).Text);
        Assert.Equal(95, (await AskAsync(resolver, "pool.plain.example", RecordType.A)).Records.Length); // over TCP
        var start = Assert.Single((await AskAsync(resolver, "plain.example", RecordType.Soa)).Records.OfType<StartOfAuthorityRecord>());
        Assert.Equal(("ns.plain.example", 7u, TimeSpan.FromSeconds(60)), (start.Primary.Value, start.Serial, start.NegativeTtl));
        var absent = await AskAsync(resolver, "mail.plain.example", RecordType.Aaaa);
        Assert.Equal((DnsOutcome.NoData, TimeSpan.FromSeconds(60), true), (absent.Outcome, absent.Ttl, absent.Authoritative));
        Assert.Equal(DnsOutcome.NameError, (await AskAsync(resolver, "nobody.plain.example", RecordType.A)).Outcome);
        Assert.Equal(DnsOutcome.Refused, (await AskAsync(resolver, "www.elsewhere.example", RecordType.A)).Outcome);
        var pointer = await AskAsync(resolver, "5.113.0.203.in-addr.arpa", RecordType.Ptr);
        Assert.Equal(("mail.signed.example", "5.0-25.113.0.203.in-addr.arpa"), (pointer.Pointers.Single().Target, pointer.Aliases.Single().Value));
    }

    [Fact]
    public async Task TLSA_records_come_with_the_word_of_a_validating_Unbound_where_they_are_signed()
    {
        await servers.StartedAsync();
        using var resolver = servers.Through(servers.Unbound);
        var signed = await AskAsync(resolver, "_25._tcp.mail.signed.example", RecordType.Tlsa);
        var record = Assert.Single(signed.Records.OfType<TlsaRecord>());
        Assert.Equal((3, 1, 1, servers.KeyHash), (record.Usage, record.Selector, record.Matching, Convert.ToHexStringLower(record.Data.AsSpan())));
        Assert.True(signed.Authenticated);
        var plain = await AskAsync(resolver, "_25._tcp.mail.plain.example", RecordType.Tlsa);
        Assert.Equal((1, false), (plain.Records.Length, plain.Authenticated));
    }

    [Fact]
    public async Task BIND_is_found_through_Unbound_and_asked_itself_along_a_classless_delegation()
    {
        await servers.StartedAsync();
        using var resolver = servers.Through(servers.Unbound);
        var answers = await resolver.AskAuthoritativeAsync(DomainName.Parse("5.113.0.203.in-addr.arpa"), RecordType.Ptr, Cancellation);
        Assert.Equal("0-25.113.0.203.in-addr.arpa", answers.Zone!.Value);
        var answer = Assert.Single(answers.Answers);
        Assert.Equal(($"ns.plain.example {servers.Bind.Address}", true, "mail.signed.example"), (answer.Server, answer.Authoritative, answer.Pointers.Single().Target));
    }

    [Fact]
    public async Task BIND_as_the_configured_resolver_is_one_of_the_servers()
    {
        await servers.StartedAsync();
        using var resolver = servers.Through(servers.Bind);
        var answers = await resolver.AskAuthoritativeAsync(DomainName.Parse("mail.plain.example"), RecordType.A, Cancellation);
        Assert.Equal($"resolver {servers.Bind}", Assert.Single(answers.Answers).Server);
        Assert.Equal("plain.example", answers.Zone!.Value);
    }

    private static Task<DnsAnswer> AskAsync(Resolver resolver, string name, RecordType type) => resolver.AskAsync(DomainName.Parse(name), type, Cancellation);
}
