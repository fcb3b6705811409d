using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Core.Dns;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Reflecting;

/// <summary>A whole relay whose witness is a reflector of ours, over real sockets.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private ReflectorUnderTest _reflector = null!;
    private RelayHost? _relay;

    public async ValueTask InitializeAsync() => _reflector = await ReflectorUnderTest.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_relay is { } relay)
            await relay.DisposeAsync();
        await _reflector.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Its_word_is_the_proof_of_a_source()
    {
        await StartAsync("127.0.9.5", "127.0.9.5");
        await _relay!.Watch.AskAsync(new SourceId("acme-v4"), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => _relay.Ledger.Of(new SourceId("acme-v4")) is { IsOpen: true }, ReflectorUnderTest.Patience));
        await _relay.Watch.AskAsync(new SourceId("acme-v4"), TestContext.Current.CancellationToken);
        var proof = _relay.Ledger.Of(new SourceId("acme-v4"))!.Proof;
        Assert.Equal(("witness", "127.0.0.1"), (proof?.Evidence, proof?.From));
    }

    [Fact]
    public async Task Its_word_alone_holds_a_source_that_comes_out_as_another()
    {
        _reflector.Zones.SetRecord(ReverseName.Of(IPAddress.Parse("127.0.9.77")).Value, RecordType.Ptr, ReflectorUnderTest.Ehlo);
        _reflector.Zones.SetRecord(ReflectorUnderTest.Ehlo, RecordType.A, "127.0.9.77");
        await StartAsync("127.0.9.5", "127.0.9.77"); // nothing translates it
        Assert.True(SpinWait.SpinUntil(() => _relay!.Ledger.Of(new SourceId("acme-v4"))?.Hold is { Check: "EG-01", Reason: "misaligned" }, ReflectorUnderTest.Patience));
        Assert.Contains("127.0.0.1 sees us as 127.0.9.5", _relay!.Ledger.Of(new SourceId("acme-v4"))!.Hold!.Seen, StringComparison.Ordinal);
    }

    private async Task StartAsync(string local, string outside)
    {
        var reading = new ConfigurationReader().ReadText(
            $$"""
            node: relay
            data: ./data
            treatAsPublic: ["127.0.0.0/8"]
            resolvers: ["{{_reflector.Dns.EndPoint}}"]
            api: { address: "127.0.0.1:0" }
            spool: { minimumFreeDisk: 16 MiB }
            witnesses: [ { host: 127.0.0.1, port: {{_reflector.Server.Addresses[0].Port}}, reflector: true } ]
            listeners: [ { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"] } ]
            brands: [ { id: acme, senderDomains: [acme.example], sources: [acme-v4] } ]
            sources: [ { id: acme-v4, localAddress: {{local}}, publicAddress: {{outside}}, ehlo: {{ReflectorUnderTest.Ehlo}} } ]
            """, _directory.Path);
        Assert.NotNull(reading.Configuration);
        _relay = new RelayHost(reading.Configuration, TimeProvider.System, NullLoggerFactory.Instance);
        await _relay.StartAsync(TestContext.Current.CancellationToken);
    }
}
