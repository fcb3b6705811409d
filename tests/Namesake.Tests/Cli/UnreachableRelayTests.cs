using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Namesake.Tests.Configuration;
using Namesake.Web.Access;

namespace Namesake.Tests.Cli;

/// <summary>What the verbs about a running relay say when there is none, or none they may ask.</summary>
public sealed class UnreachableRelayTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_configuration_the_way_to_name_one_is_told()
    {
        var run = (await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path)).Ended(78);

        Assert.Contains("--config", run.Error, StringComparison.Ordinal);
        Assert.Contains("--api", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_was_never_started_has_no_token_file()
    {
        _directory.Write("namesake.yaml", ConfigurationText.Small);

        var run = (await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path)).Ended(2);

        Assert.Contains(Path.Combine(_directory.Path, "data", "api.token"), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_is_stopped_is_named_with_its_address_and_how_to_start_it()
    {
        using var closed = Reserve(out var port);
        Prepare(port);

        var run = (await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path)).Ended(2);

        Assert.Contains($"http://127.0.0.1:{port}/", run.Error, StringComparison.Ordinal);
        Assert.Contains("namesake run --config", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_stranger_on_the_port_is_not_taken_for_a_relay()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Prepare(((IPEndPoint)listener.LocalEndpoint).Port);
        var stranger = AnswerOnceAsync(listener, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>");

        var run = (await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path)).Ended(2);
        await stranger;

        Assert.Contains("no Namesake", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_never_goes_through_a_proxy_of_the_environment()
    {
        using var closed = Reserve(out var port);
        Prepare(port);
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();

        await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path, environment: new() { ["http_proxy"] = $"http://{proxy.LocalEndpoint}", ["ALL_PROXY"] = $"http://{proxy.LocalEndpoint}" });

        Assert.False(proxy.Pending());
    }

    [Fact]
    public async Task A_file_that_holds_no_token_is_not_sent()
    {
        _directory.Write("namesake.yaml", ConfigurationText.Small);
        _directory.Write("data/api.token", "root:x:0:0:\n");

        var run = (await NamesakeProcess.RunAsync(["queue"], directory: _directory.Path)).Ended(2);

        Assert.Contains("holds no token", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_token_file_of_another_user_names_its_owner()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv"), "needs root, to become somebody else");
        Prepare(1);

        // As nobody: may read the configuration and may not read the token.
        File.SetUnixFileMode(Path.Combine(_directory.Path, "namesake.yaml"), (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(_directory.Path, "data"), (UnixFileMode)0b111_101_101);
        var run = await NamesakeProcess.RunAsAsync("nobody", ["queue"], _directory.Path);

        run.Ended(2);
        Assert.Contains("only its owner root may", run.Error, StringComparison.Ordinal);
    }

    private void Prepare(int port)
    {
        _directory.Write("namesake.yaml", ConfigurationText.Small + $"\napi: {{ address: \"127.0.0.1:{port}\" }}\n");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "data"));
        TokenFile.ReadOrCreate(Path.Combine(_directory.Path, "data", "api.token"), out _);
    }

    /// <summary>A port that is ours and on which nobody listens.</summary>
    private static Socket Reserve(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static async Task AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
    }
}
