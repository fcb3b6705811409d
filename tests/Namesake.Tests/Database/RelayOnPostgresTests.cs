using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Configuration;
using Namesake.Contracts.Tests.Postgres;
using Namesake.Core.Sources;
using Namesake.Tests.Cli;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Database;

/// <summary>A whole relay whose spool is a PostgreSQL of its own.</summary>
public sealed class RelayOnPostgresTests : IAsyncLifetime
{
    private static readonly SourceId AcmeV4 = new("acme-v4");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly PostgresCluster _cluster = new() { IsDurable = true };
    private readonly TemporaryDirectory _directory = new();
    private readonly Sink _sink = new();
    private RelayHost? _relay;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_directory.Path, "namesake.yaml");

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_relay is { } relay)
            await relay.DisposeAsync();
        await _cluster.DisposeAsync();
        await _sink.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Mail_comes_in_goes_out_and_nothing_of_it_stays()
    {
        await StartAsync(routed: true);
        using (var client = await SmtpConversation.OpenAsync(_relay!.Submission.Addresses[0]))
            for (var i = 0; i < 20; i++)
                Assert.StartsWith("250", await SubmitAsync(client, $"mail {i}", i == 7 ? 700_000 : 100), StringComparison.Ordinal);

        await UntilAsync(async () => (await _relay.Spool.TotalsAsync(Cancellation)).Messages == 0, "everything is delivered");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"mail {i}").Order(), _sink.Subjects.Order());
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.db", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task While_the_server_is_away_clients_hear_4xx_and_afterwards_everything_that_was_accepted_goes_out_once()
    {
        await StartAsync(routed: true);
        var accepted = new List<string>();
        using var client = await SmtpConversation.OpenAsync(_relay!.Submission.Addresses[0]);
        for (var i = 0; i < 10; i++)
            await TrySubmitAsync(client, $"before {i}", accepted);
        Assert.Equal(10, accepted.Count);

        await UntilAsync(async () => (await _relay.Spool.TotalsAsync(Cancellation)).Messages == 0, "what came before is delivered"); // else it might be under way: the window of RFC 1047
        await _cluster.StopAsync();
        for (var i = 0; i < 3; i++)
            Assert.StartsWith("4", await TrySubmitAsync(client, $"meanwhile {i}", accepted), StringComparison.Ordinal);
        await _cluster.RestartAsync();
        await UntilAsync(async () => (await TrySubmitAsync(client, "first after", accepted)).StartsWith("250", StringComparison.Ordinal), "mail is taken again");
        for (var i = 0; i < 10; i++)
            await TrySubmitAsync(client, $"after {i}", accepted);

        await UntilAsync(async () => (await _relay.Spool.TotalsAsync(Cancellation)).Messages == 0, "everything is delivered");

        Assert.Equal(21, accepted.Count);
        Assert.Equal(accepted.Order(), _sink.Subjects.Order());
    }

    [Fact]
    public async Task A_relay_that_is_cut_off_from_its_database_stops_sending_and_goes_on_when_it_is_back()
    {
        await using var wire = new CutWire(_cluster.Host);
        _relay = await StartAsync("relay1", wire.Host);
        Assert.Equal(("relay1", true), _relay.Ledger.LeaseOf(AcmeV4) is { } lease ? (lease.Node, lease.IsOurs) : default);
        var ready = new TaskCompletionSource();
        _sink.Readiness = ready.Task;
        using (var client = await SmtpConversation.OpenAsync(_relay.Submission.Addresses[0]))
            for (var i = 0; i < 30; i++)
                Assert.StartsWith("250", await SubmitAsync(client, $"mail {i}", 100), StringComparison.Ordinal);
        await UntilAsync(() => _sink.Begun > 0, "sending has begun");

        wire.Cut();
        await UntilAsync(() => _relay.Ledger.Of(AcmeV4)!.Hold is { Check: "FB-08" }, "the lease is over");
        var begun = _sink.Begun;
        ready.SetResult();

        await UntilAsync(() => _sink.Open == 0, "the sessions end");
        Assert.Equal((begun, begun), (_sink.Begun, _sink.Subjects.Count)); // what was under way came to its end
        Assert.True(begun < 30);

        wire.Mend();
        await UntilAsync(() => _relay.Ledger.Of(AcmeV4)!.Hold is not { Check: "FB-08" }, "the lease is renewed");
        await UntilAsync(async () => (await _relay.Spool.TotalsAsync(Cancellation)).Messages == 0, "everything is delivered");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"mail {i}").Order(), _sink.Subjects.Order());
    }

    [Fact]
    public async Task A_second_relay_waits_leaves_its_mail_to_the_first_and_takes_over_when_that_stops()
    {
        _relay = await StartAsync("relay1", _cluster.Host);
        await using var second = await StartAsync("relay2", _cluster.Host);
        var hold = second.Ledger.Of(AcmeV4)!.Hold!;
        Assert.Equal("FB-08", hold.Check);
        Assert.StartsWith("relay1 holds it since", hold.Seen, StringComparison.Ordinal);
        var shown = (await NamesakeProcess.RunAsync("sources", "show", "acme-v4", "--json", "--api", second.Api.Address.ToString()!, "--token-file", Path.Combine(_directory.Path, "relay2", "api.token"))).Ended(0).Json();
        Assert.Equal(("relay1", false), (shown.GetProperty("lease").GetProperty("node").GetString(), shown.GetProperty("lease").GetProperty("ours").GetBoolean()));
        using var client = await SmtpConversation.OpenAsync(second.Submission.Addresses[0]);
        for (var i = 0; i < 5; i++)
            Assert.StartsWith("250", await SubmitAsync(client, $"mail {i}", 100), StringComparison.Ordinal);
        await UntilAsync(() => _sink.Subjects.Count == 5, "the first has sent what the second took in");
        Assert.Equal("FB-08", second.Ledger.Of(AcmeV4)!.Hold?.Check);

        await _relay.DisposeAsync();

        await UntilAsync(() => second.Ledger.Of(AcmeV4)!.Hold is not { Check: "FB-08" }, "the second holds the source");
        for (var i = 5; i < 10; i++)
            Assert.StartsWith("250", await SubmitAsync(client, $"mail {i}", 100), StringComparison.Ordinal);
        await UntilAsync(async () => (await second.Spool.TotalsAsync(Cancellation)).Messages == 0, "everything is delivered");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"mail {i}").Order(), _sink.Subjects.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_relay_that_takes_a_source_over_keeps_to_what_was_suspended_on_the_other(bool everySource)
    {
        _relay = await StartAsync("relay1", _cluster.Host);
        await using var second = await StartAsync("relay2", _cluster.Host);
        using var client = await SmtpConversation.OpenAsync(second.Submission.Addresses[0]);
        Assert.StartsWith("250", await SubmitAsync(client, "before", 100), StringComparison.Ordinal);
        await UntilAsync(() => _sink.Subjects.Count == 1, "the first has sent what the second took in");
        var lane = Assert.Single(_relay.Dispatcher.Lanes).Key;

        var source = everySource ? (SourceId?)null : lane.Source;
        await _relay.Dispatcher.SuspendAsync(source, lane.Site, "their postmaster asked", "op", null);
        await _relay.DisposeAsync(); // before the second could hear of it by itself

        await UntilAsync(() => second.Ledger.Of(AcmeV4)!.Hold is not { Check: "FB-08" }, "the second holds the source");
        Assert.Equal("their postmaster asked", second.Dispatcher.SuspensionOf(lane)?.Reason);
        Assert.StartsWith("250", await SubmitAsync(client, "meanwhile", 100), StringComparison.Ordinal);
        Assert.NotNull(await second.Dispatcher.ResumeAsync(source, lane.Site, "op"));
        await UntilAsync(() => _sink.Subjects.Count == 2, "what waited for the lane is sent");
    }

    [Fact]
    public async Task Who_is_frozen_on_one_relay_hands_in_at_none_and_goes_on_at_all_after_a_thaw()
    {
        const string Ann = "ann@acme.test@127.0.0.1";
        _relay = await StartAsync("relay1", _cluster.Host);
        await using var second = await StartAsync("relay2", _cluster.Host);
        using var client = await SmtpConversation.OpenAsync(second.Submission.Addresses[0]);
        Assert.StartsWith("250", await SubmitAsync(client, "before", 100), StringComparison.Ordinal);

        await _relay.Submitters.FreezeAsync(Ann, "password in a leak", "op");
        await UntilAsync(async () => (await SubmitAsync(client, "meanwhile", 100)).StartsWith("451 4.7.1", StringComparison.Ordinal), "the other refuses it too");
        Assert.Equal(_relay.Submitters.HoldOf(Ann), second.Submitters.HoldOf(Ann));

        await second.Submitters.ThawAsync(Ann, null, "op");
        Assert.StartsWith("250", await SubmitAsync(client, "after", 100), StringComparison.Ordinal);
        await UntilAsync(() => _relay.Submitters.FreezeOf(Ann) is null, "the first hears of the thaw");
        await UntilAsync(() => _sink.Subjects.Contains("after"), "what it hands in is sent");
    }

    [Fact]
    public async Task The_verbs_of_queue_and_spool_speak_of_it_and_a_restart_finds_all_of_it()
    {
        await StartAsync(routed: false);
        using (var client = await SmtpConversation.OpenAsync(_relay!.Submission.Addresses[0]))
            for (var i = 0; i < 5; i++)
                Assert.StartsWith("250", await SubmitAsync(client, $"mail {i}", 100), StringComparison.Ordinal);
        var api = _relay.Api.Address.ToString()!;
        var token = Path.Combine(_directory.Path, "data", "api.token");

        var counted = (await NamesakeProcess.RunAsync("queue", "count", "--by", "domain", "--json", "--api", api, "--token-file", token)).Ended(0);
        Assert.Contains("example.org", counted.Output, StringComparison.Ordinal);
        var retried = (await NamesakeProcess.RunAsync("queue", "retry", "--all", "--dry-run", "--api", api, "--token-file", token)).Ended(0);
        Assert.NotEmpty(retried.Output);
        var check = (await NamesakeProcess.RunAsync("spool", "check", "--config", File, "--json")).Ended(0).Json();
        Assert.Equal(5, check.GetProperty("messages").GetInt64());

        await _relay.DisposeAsync();
        await StartAsync(routed: true);
        await UntilAsync(async () => (await _relay.Spool.TotalsAsync(Cancellation)).Messages == 0, "what waited is delivered by the next run");
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"mail {i}").Order(), _sink.Subjects.Order());
    }

    [Fact]
    public async Task A_server_that_is_not_there_keeps_the_relay_from_starting_and_is_named()
    {
        Write(routed: false);
        await _cluster.StopAsync();

        var run = (await NamesakeProcess.RunAsync("spool", "check", "--config", File)).Ended(2);

        Assert.Contains("PostgreSQL can't be reached", run.Error, StringComparison.Ordinal);
        _relay = new RelayHost(new ConfigurationReader().Read(File).Configuration!, TimeProvider.System, NullLoggerFactory.Instance);
        var refused = await Assert.ThrowsAnyAsync<IOException>(() => _relay.StartAsync(Cancellation));
        Assert.Contains("PostgreSQL can't be reached", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A relay with a data directory of its own and a short lease, by this way to the database.</summary>
    private async Task<RelayHost> StartAsync(string node, string database)
    {
        var file = _directory.Write($"{node}.yaml", Text(routed: true, node, database) + $"\ndata: {node}\n");
        var configuration = new ConfigurationReader().Read(file).Configuration!;
        var relay = new RelayHost(configuration with { Database = configuration.Database! with { Lease = TimeSpan.FromSeconds(3) } }, TimeProvider.System, NullLoggerFactory.Instance);
        await relay.StartAsync(Cancellation);
        return relay;
    }

    private async Task StartAsync(bool routed)
    {
        Write(routed);
        _relay = new RelayHost(new ConfigurationReader().Read(File).Configuration!, TimeProvider.System, NullLoggerFactory.Instance);
        await _relay.StartAsync(Cancellation);
    }

    private void Write(bool routed) => _directory.Write("namesake.yaml", Text(routed, "relay1", _cluster.Host));

    private string Text(bool routed, string node, string database) => string.Create(CultureInfo.InvariantCulture, $$"""
        node: {{node}}
        treatAsPublic: ["127.0.0.0/8"]
        resolvers: ["127.0.0.1:1"]
        api: { address: "127.0.0.1:0" }
        database: { host: "{{database}}", name: postgres }
        listeners:
          - { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"] }
        brands:
          - { id: acme, senderDomains: [acme.test], sources: [acme-v4] }
        sources:
          - { id: acme-v4, localAddress: 127.0.10.5, publicAddress: 127.0.10.5, ehlo: mail.acme.test }
        {{(routed ? $"routes: [{{ domains: [example.org], via: \"{_sink.Address}\", identity: internal }}]" : "")}}
        """);

    private static async Task<string> TrySubmitAsync(SmtpConversation client, string subject, List<string> accepted)
    {
        var reply = await SubmitAsync(client, subject, 100);
        if (reply.StartsWith("250", StringComparison.Ordinal))
            accepted.Add(subject);
        return reply;
    }

    /// <returns>The first refusal, else what the final dot was answered with.</returns>
    private static async Task<string> SubmitAsync(SmtpConversation client, string subject, int size)
    {
        var body = string.Join("\r\n", Enumerable.Repeat(new string('x', 70), Math.Max(1, size / 72)));
        string[] commands = ["RSET", "MAIL FROM:<ann@acme.test>", "RCPT TO:<bob@example.org>", "DATA", $"From: <ann@acme.test>\r\nSubject: {subject}\r\n\r\n{body}\r\n."];
        var reply = "";
        foreach (var command in commands)
        {
            reply = await client.SayAsync(command);
            if (reply[0] is '4' or '5')
                return reply;
        }
        return reply;
    }

    private static Task UntilAsync(Func<bool> isTrue, string what) => UntilAsync(() => Task.FromResult(isTrue()), what);

    private static async Task UntilAsync(Func<Task<bool>> isTrue, string what)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await isTrue())
        {
            Assert.False(patience.IsCancellationRequested, $"not in time: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}
