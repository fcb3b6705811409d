using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

[SupportedOSPlatform("linux")]
public sealed class StreamListenerTests : IDisposable
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("namesake-").FullName;

    private string Place => Path.Combine(_directory, "socket");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_socket_file_has_its_mode_and_takes_connections()
    {
        await using var listener = Listen();

        Assert.Equal($"unix:{Place}", listener.Address);
        Assert.Equal(OwnerAndGroup, File.GetUnixFileMode(Place));
        Assert.Equal([Place], Directory.GetFileSystemEntries(_directory));
        Assert.Equal("hello", await TalkAsync(listener, new UnixDomainSocketEndPoint(Place)));
    }

    [Fact]
    public async Task A_TCP_listener_tells_its_port()
    {
        await using var listener = StreamListener.Tcp(new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, NullLogger.Instance);

        Assert.Equal("hello", await TalkAsync(listener, IPEndPoint.Parse(listener.Address["inet:".Length..])));
    }

    [Fact]
    public async Task Stopping_ends_the_waiting_and_takes_the_file_away()
    {
        await using var listener = Listen();
        var waiting = listener.AcceptAsync();

        await listener.StopAsync();

        Assert.Null(await waiting);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task What_a_killed_predecessor_left_is_replaced()
    {
        // A socket that is moved keeps its file when it is closed: as after a kill.
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(Place + ".born"));
            File.Move(Place + ".born", Place);
        }
        Assert.True(File.Exists(Place));

        await using var listener = Listen();

        Assert.Equal("hello", await TalkAsync(listener, new UnixDomainSocketEndPoint(Place)));
    }

    [Fact]
    public async Task One_that_somebody_listens_on_is_not_taken()
    {
        await using var first = Listen();

        var trouble = Assert.Throws<IOException>(() => Listen());

        Assert.Contains("another process listens there", trouble.Message, StringComparison.Ordinal);
        await (await first.AcceptAsync())!.DisposeAsync(); // the second one's knock
        Assert.Equal("hello", await TalkAsync(first, new UnixDomainSocketEndPoint(Place)));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_not_deleted()
    {
        File.WriteAllText(Place, "precious");

        Assert.Contains("no socket", Assert.Throws<IOException>(() => Listen()).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Place));
    }

    [Fact]
    public void A_place_that_can_not_be_had_is_told_with_its_reason()
    {
        Assert.Contains("octets at most", Assert.Throws<IOException>(() => Listen(Path.Combine(_directory, new string('a', 100)))).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<IOException>(() => Listen(Path.Combine(_directory, "nowhere", "socket"))).Message, StringComparison.Ordinal);
        Assert.Contains("no user nobody-at-all", Assert.Throws<IOException>(() => Listen(owner: "nobody-at-all")).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task Its_owner_can_be_named_or_numbered()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root gives files away");

        await using (var named = Listen(owner: "nobody:daemon"))
            Assert.Equal("65534:1", await OwnerAsync());
        await using (var numbered = Listen(owner: ":12345"))
            Assert.Equal("0:12345", await OwnerAsync());
    }

    private StreamListener Listen(string? path = null, string? owner = null) =>
        StreamListener.Unix(new UnixSocketFile(path ?? Place, OwnerAndGroup, owner), TimeProvider.System, NullLogger.Instance);

    private async Task<string> OwnerAsync()
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u:%g", Place]) { RedirectStandardOutput = true })!;
        return (await stat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
    }

    private static async Task<string> TalkAsync(StreamListener listener, EndPoint to)
    {
        using var client = to is IPEndPoint ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(to, TestContext.Current.CancellationToken);
        await using var accepted = (await listener.AcceptAsync())!;
        await accepted.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }
}
