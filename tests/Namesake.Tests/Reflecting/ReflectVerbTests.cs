using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Namesake.Cli;
using Namesake.Core.Dns;
using Namesake.Demo;
using Namesake.Tests.Cli;

namespace Namesake.Tests.Reflecting;

/// <summary>`namesake reflect` as a process of its own.</summary>
public sealed partial class ReflectVerbTests
{
    [Fact]
    public async Task It_reflects_until_it_is_told_to_end_and_ends_with_0()
    {
        var zones = new DemoZones();
        zones.AddZone("127.in-addr.arpa", "ns.test.example");
        zones.AddZone("acme.example", "ns.test.example");
        zones.SetRecord("5.9.0.127.in-addr.arpa", RecordType.Ptr, "mail.acme.example");
        zones.SetRecord("mail.acme.example", RecordType.A, "127.0.9.5");
        await using var dns = new DemoDnsServer(new IPEndPoint(IPAddress.Loopback, 0), zones, DemoDnsRole.Authoritative, TimeProvider.System);
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "namesake"),
            ["reflect", "--listen", "127.0.0.1:0", "--name", "reflect.ours.example", "--resolver", dns.EndPoint.ToString()]) { RedirectStandardOutput = true })!;
        try
        {
            Match? listening = null;
            while (listening is null && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                listening = Listening().Match(line) is { Success: true } match ? match : null;
            Assert.NotNull(listening);
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.9.5"), 0));
            await socket.ConnectAsync(IPEndPoint.Parse(listening.Groups[1].Value), TestContext.Current.CancellationToken);
            using var caller = new Caller(socket);
            Assert.Equal(["220 reflect.ours.example ESMTP Namesake reflector, takes no mail"], await caller.HearAsync());
            var heard = await caller.SayAsync("EHLO mail.acme.example");
            Assert.Equal("250-reflect.ours.example Hello mail.acme.example [127.0.9.5], PTR mail.acme.example, aligned", heard[0]);
            Assert.Equal("250 STARTTLS", heard[^1]);
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("421 4.3.2", (await caller.HearAsync())[0], StringComparison.Ordinal);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ReflectorUnderTest.Patience, TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Theory]
    [InlineData("--listen", "nowhere", "--listen is ADDRESS:PORT")]
    [InlineData("--name", "localhost", "--name \"localhost\": EH-03")]
    [InlineData("--rate", "0", "--rate is 1 to 1000000")]
    public async Task What_makes_no_sense_is_refused(string option, string value, string complaint)
    {
        var run = (await NamesakeProcess.RunAsync("reflect", option, value)).Ended(ExitCode.Usage);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var run = (await NamesakeProcess.RunAsync("reflect", "--listen", taken.LocalEndpoint.ToString()!, "--name", "reflect.ours.example")).Ended(ExitCode.Unknown);
        Assert.Contains("the reflector can't start", run.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Reflecting on (127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
