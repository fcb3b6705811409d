using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

/// <summary>`namesake policy` as its own process, asked over its socket as Postfix asks it, with a name server of the test's own.</summary>
[SupportedOSPlatform("linux")]
public sealed class PolicyVerbTests : IAsyncLifetime
{
    private const string Address = "198.100.1.5", Name = "mail.acme.test";

    private readonly TemporaryDirectory _directory = new();
    private readonly DemoZones _zones = new();
    private DemoDnsServer _dns = null!;

    private string SocketPath => Path.Combine(_directory.Path, "policy");

    public ValueTask InitializeAsync()
    {
        _zones.AddZone("acme.test");
        _zones.AddZone("1.100.198.in-addr.arpa");
        _zones.SetRecord(Name, RecordType.A, Address);
        _zones.SetRecord("5.1.100.198.in-addr.arpa", RecordType.Ptr, Name);
        _dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), _zones, DemoDnsRole.Authoritative, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_answers_until_it_is_asked_to_end_and_takes_its_socket_along()
    {
        using var service = await StartAsync("--policy", "strict", "--aligned", "prepend", "--authserv-id", "mx.receiver.test");

        Assert.Equal($"action=PREPEND Authentication-Results: mx.receiver.test; iprev=pass reason=\"strict aligned\" policy.iprev={Address} (EHLO {Name})", await AskAsync(Address, Name));
        Assert.Equal("action=550 5.7.25 198.100.1.6 has no PTR record; expected 6.1.100.198.in-addr.arpa. PTR mail.acme.test.", await AskAsync("198.100.1.6", Name));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(SocketPath));

        Assert.Equal(0, await EndAsync(service, "TERM"));
        Assert.False(File.Exists(SocketPath));
        Assert.Contains("198.100.1.6 EHLO mail.acme.test: misaligned by strict, PT-01", await service.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_one_left_does_not_hinder_the_next_and_two_do_not_share_a_socket()
    {
        using (var killed = await StartAsync())
            await EndAsync(killed, "KILL");
        Assert.True(File.Exists(SocketPath));

        using var service = await StartAsync();
        Assert.Equal("action=DUNNO", await AskAsync(Address, Name));

        var second = (await NamesakeProcess.RunAsync("policy", "--listen", $"unix:{SocketPath}")).Ended(2);
        Assert.Contains("another process listens there", second.Error, StringComparison.Ordinal);
        Assert.Equal("action=DUNNO", await AskAsync(Address, Name));
        await EndAsync(service, "INT");
    }

    private async Task<Process> StartAsync(params string[] more)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "namesake"), ["policy", "--listen", $"unix:{SocketPath}", "--resolver", _dns.EndPoint.ToString(), .. more])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line?.Contains($"Answering on unix:{SocketPath}", StringComparison.Ordinal), line ?? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return process;
    }

    private static async Task<int> EndAsync(Process process, string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private async Task<string?> AskAsync(string address, string ehlo)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address={address}\nhelo_name={ehlo}\n\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }
}
