using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Configuration;

/// <summary>What a reload does to a running relay and to those connected to it.</summary>
public sealed class RunningReloadTests : IAsyncLifetime
{
    private ReloadingRelay _relay = null!;

    public async ValueTask InitializeAsync() => _relay = await ReloadingRelay.StartAsync("127.0.0.1:0");

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Fact]
    public async Task A_listener_that_was_added_takes_mail_and_one_that_was_removed_refuses_connections()
    {
        var old = Assert.Single(_relay.Host.Submission.Addresses);
        _relay.Write("127.0.0.2:0");

        var done = (await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done;

        Assert.Equal(["listeners 127.0.0.1:0: removed", "listeners 127.0.0.2:0: added"], done!.Applied.Order(StringComparer.Ordinal));
        Assert.Empty(done.NeedsRestart);
        var address = Assert.Single(_relay.Host.Submission.Addresses);
        Assert.Equal(IPAddress.Parse("127.0.0.2"), address.Address);
        using var conversation = await SmtpConversation.OpenAsync(address);
        await conversation.SubmitAsync("ann@acme.test");
        await RefusedAsync(old);
    }

    [Fact]
    public async Task A_session_of_a_removed_listener_comes_to_its_end()
    {
        using var conversation = await SmtpConversation.OpenAsync(_relay.Host.Submission.Addresses[0]);
        Assert.StartsWith("250", await conversation.SayAsync("MAIL FROM:<ann@acme.test>"), StringComparison.Ordinal);
        _relay.Write("127.0.0.2:0");
        Assert.NotNull((await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done);

        Assert.StartsWith("250", await conversation.SayAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await conversation.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.SayAsync("From: <ann@acme.test>\r\nSubject: hello\r\n\r\nHello.\r\n."), StringComparison.Ordinal);
        Assert.StartsWith("221", await conversation.SayAsync("QUIT"), StringComparison.Ordinal);
        Assert.Equal(1, (await _relay.Host.Spool.TotalsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    [Fact]
    public async Task What_a_reload_took_away_is_gone_for_a_session_that_stands_too()
    {
        using var conversation = await SmtpConversation.OpenAsync(_relay.Host.Submission.Addresses[0]);
        await conversation.SubmitAsync("ann@acme.test");
        _relay.WriteAs("relay1", "other.test", "127.0.0.1:0");
        Assert.NotNull((await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done);

        Assert.StartsWith("550 5.7.1", await conversation.SayAsync("MAIL FROM:<ann@acme.test>"), StringComparison.Ordinal);
        await conversation.SubmitAsync("ann@other.test");
    }

    [Fact]
    public async Task A_listener_that_stays_keeps_its_socket()
    {
        var before = _relay.Host.Submission.Addresses[0];
        _relay.Write("127.0.0.1:0", "127.0.0.2:0");

        var outcome = await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken);
        Assert.True(outcome.Done is not null, outcome.Refusal);

        Assert.Equal(2, _relay.Host.Submission.Addresses.Length);
        Assert.Equal(before, _relay.Host.Submission.Addresses[0]);
    }

    [Fact]
    public async Task A_listener_that_can_not_be_bound_leaves_everything_as_it_was()
    {
        var before = _relay.Host.Submission.Addresses;
        using var taken = new TcpListener(IPAddress.Parse("127.0.0.3"), 0);
        taken.Start();
        _relay.WriteAs("relay1", "acme.test, new.acme.test", "127.0.0.2:0", taken.LocalEndpoint.ToString()!);

        var outcome = await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Null(outcome.Done);
        Assert.Contains($"Cannot listen on {taken.LocalEndpoint}", outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(before, _relay.Host.Submission.Addresses);
        Assert.Single(_relay.Host.Model.Brands.All[0].SenderDomains);
        using var conversation = await SmtpConversation.OpenAsync(before[0]);
        await conversation.SubmitAsync("ann@acme.test");
        Assert.Contains(_relay.Lines, line => line.StartsWith("Error: The configuration was not reloaded", StringComparison.Ordinal));

        taken.Stop(); // nothing stands in the way of the next try
        Assert.NotNull((await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done);
        Assert.Equal(2, _relay.Host.Submission.Addresses.Length);
    }

    [Fact]
    public async Task A_wildcard_may_become_one_address_of_its_port_and_comes_back_when_that_fails()
    {
        await using var relay = await ReloadingRelay.StartAsync("0.0.0.0:0");
        var port = relay.Host.Submission.Addresses[0].Port;
        using var taken = new TcpListener(IPAddress.Parse("127.0.0.3"), 0);
        taken.Start();
        relay.Write($"127.0.0.1:{port}", taken.LocalEndpoint.ToString()!);

        Assert.Null((await relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done);
        Assert.Equal(new IPEndPoint(IPAddress.Any, port), Assert.Single(relay.Host.Submission.Addresses));
        (await SmtpConversation.OpenAsync(new IPEndPoint(IPAddress.Parse("127.0.0.4"), port))).Dispose();

        relay.Write($"127.0.0.1:{port}");
        Assert.NotNull((await relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Done);
        (await SmtpConversation.OpenAsync(new IPEndPoint(IPAddress.Loopback, port))).Dispose();
        await RefusedAsync(new IPEndPoint(IPAddress.Parse("127.0.0.4"), port));
    }

    [Fact]
    public async Task A_file_that_can_not_be_used_changes_nothing_and_its_errors_are_told()
    {
        await File.WriteAllTextAsync(_relay.File, "node: relay1\nlisteners: []\n", TestContext.Current.CancellationToken);

        var outcome = await _relay.Host.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Contains("can't be used", outcome.Refusal, StringComparison.Ordinal);
        (await SmtpConversation.OpenAsync(_relay.Host.Submission.Addresses[0])).Dispose();
    }

    [Fact]
    public async Task The_API_and_the_log_tell_what_took_effect_and_what_needs_a_restart()
    {
        _relay.WriteAs("relay2", "acme.test, new.acme.test", "127.0.0.1:0");

        var answer = await ReloadByApiAsync();

        Assert.Equal(["brands acme: senderDomains: [acme.test] → [acme.test, new.acme.test]"], Texts(answer, "applied"));
        Assert.Equal(["node: relay1 → relay2"], Texts(answer, "needsRestart"));
        Assert.Contains("Warning: Not changed before the relay is restarted: node: relay1 → relay2", _relay.Lines);
        Assert.Contains("Information: Reloaded brands acme: senderDomains: [acme.test] → [acme.test, new.acme.test]", _relay.Lines);
        Assert.Equal("relay1", _relay.Host.Model.Node);
        using var conversation = await SmtpConversation.OpenAsync(_relay.Host.Submission.Addresses[0]);
        await conversation.SubmitAsync("ann@new.acme.test");

        Assert.Equal(["node: relay1 → relay2"], Texts(await ReloadByApiAsync(), "needsRestart")); // still
    }

    [Fact]
    public async Task The_command_line_tells_it_too()
    {
        _relay.WriteAs("relay2", "acme.test, new.acme.test", "127.0.0.1:0");
        string[] access = ["--api", _relay.Host.Api.Address.ToString(), "--token-file", _relay.Host.Api.TokenFilePath];

        var told = (await NamesakeProcess.RunAsync(["config", "reload", .. access])).Ended(0);
        Assert.Contains("in effect      brands acme: senderDomains:", told.Output, StringComparison.Ordinal);
        Assert.Contains("needs restart  node: relay1 → relay2", told.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_relay.File, "node: [", TestContext.Current.CancellationToken);
        var refused = (await NamesakeProcess.RunAsync(["config", "reload", .. access])).Ended(1);
        Assert.Contains("nothing was changed", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_ended_is_not_changed_any_more()
    {
        await using var relay = await ReloadingRelay.StartAsync("127.0.0.1:0");
        await relay.Host.DisposeAsync();

        Assert.Contains("stopping", (await relay.Host.ReloadAsync(TestContext.Current.CancellationToken)).Refusal, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ReloadByApiAsync()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_relay.Host.Api.TokenFilePath, TestContext.Current.CancellationToken)).Trim());
        using var response = await http.PostAsync(new Uri(_relay.Host.Api.Address, "api/v1/config/reload"), null, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static IEnumerable<string?> Texts(JsonElement answer, string name) => answer.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static async Task RefusedAsync(IPEndPoint address)
    {
        var refused = await Assert.ThrowsAsync<SocketException>(() => SmtpConversation.OpenAsync(address));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
