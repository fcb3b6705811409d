using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Allocations;

/// <summary>What one message allocates on its way through a whole relay: SMTP in, spool, SMTP out, its outcome written. Alone in its process, because it counts that of all threads.</summary>
[Collection(Alone)]
public sealed class AllocationTests : IDisposable
{
    public const string Alone = "Alone in the process";

    private const int WarmUp = 1_000;
    private const int MostRounds = 16;
    private const int Messages = 500;
    private const int ContentBytes = 10_240;

    private readonly TemporaryDirectory _directory = new();
    private readonly QuietSink _sink = new();

    [Fact]
    public async Task A_message_allocates_no_more_than_its_baseline()
    {
        await using var relay = new RelayHost(Configuration(), TimeProvider.System, NullLoggerFactory.Instance);
        await relay.StartAsync(TestContext.Current.CancellationToken);
        using var client = SmtpPeer.Connect(relay.Submission.Addresses[0]);
        Assert.Equal(2, client.Reply());
        client.Send("EHLO app.acme.test\r\n"u8);
        Assert.Equal(2, client.Reply());

        Submit(client, relay, WarmUp);
        var (perMessage, baseline) = (long.MaxValue, AllocationBaseline.Read());
        for (var round = 0; round < MostRounds && perMessage > baseline * AllocationBaseline.Margin; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Submit(client, relay, Messages);
            // The least: what the relay does by the clock meanwhile, and the runtime to itself, is no message's. On a busy machine outcomes find less company in the spool's writer, for whole rounds.
            perMessage = Math.Min(perMessage, (GC.GetTotalAllocatedBytes(precise: true) - before) / Messages - ContentBytes);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{perMessage} bytes a message beside its content; the baseline is {baseline}"));
        Assert.True(perMessage <= baseline * AllocationBaseline.Margin,
            $"A message allocates {perMessage} bytes beside its content, the baseline is {baseline} and {AllocationBaseline.Margin - 1:P0} above it is allowed. If it is worth it, write the new number into {AllocationBaseline.File}.");
    }

    public void Dispose()
    {
        _sink.Dispose();
        _directory.Dispose();
    }

    private void Submit(SmtpPeer client, RelayHost relay, int messages)
    {
        var wanted = _sink.Messages + messages;
        for (var i = 0; i < messages; i++)
        {
            client.Send("MAIL FROM:<ann@acme.test>\r\n"u8);
            Assert.Equal(2, client.Reply());
            client.Send("RCPT TO:<bob@example.org>\r\n"u8);
            Assert.Equal(2, client.Reply());
            client.Send("DATA\r\n"u8);
            Assert.Equal(3, client.Reply());
            client.Send(Content);
            Assert.Equal(2, client.Reply());
        }

        // Delivered, and the last outcome written: nothing is left in memory.
        SpinWait.SpinUntil(() => _sink.Messages >= wanted && relay.Dispatcher.InMemory == 0, TimeSpan.FromSeconds(60));
        Assert.Equal((wanted, 0), (_sink.Messages, relay.Dispatcher.InMemory));
    }

    private static readonly byte[] Content = System.Text.Encoding.ASCII.GetBytes(
        "From: <ann@acme.test>\r\nSubject: hello\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", ContentBytes / 72)) + ".\r\n");

    private NamesakeConfiguration Configuration()
    {
        _directory.Write("namesake.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            node: relay1
            treatAsPublic: ["127.0.0.0/8"]
            resolvers: ["127.0.0.1:1"]
            api: { address: "127.0.0.1:0" }
            spool: { minimumFreeDisk: 0 }
            listeners:
              - { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"] }
            brands:
              - { id: acme, senderDomains: [acme.test], sources: [acme-v4] }
            sources:
              - { id: acme-v4, localAddress: 127.0.10.7, publicAddress: 127.0.10.7, ehlo: mail.acme.test }
            routes:
              - { domains: ["*"], via: "127.0.0.1:{{_sink.Address.Port}}", identity: internal }
            """));
        return new ConfigurationReader().Read(Path.Combine(_directory.Path, "namesake.yaml")).Configuration!;
    }
}

[CollectionDefinition(AllocationTests.Alone, DisableParallelization = true)]
public sealed class AloneInTheProcess;
