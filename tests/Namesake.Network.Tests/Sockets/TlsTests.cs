using System.Security.Authentication;
using Namesake.Core.Pipeline;
using Namesake.Network.Sockets;

namespace Namesake.Network.Tests.Sockets;

public sealed class TlsTests
{
    private static readonly CertificateModel Acme = TestCertificates.For("mail.acme.example");
    private static readonly CertificateModel Bolt = TestCertificates.For("mail.bolt.example");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mail.acme.example")]
    [InlineData("mail.bolt.example")]
    public async Task The_certificate_follows_the_name_the_client_asks_for(string name)
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        string? asked = null;
        await UpgradeAsync(client, server, name, verify: true, sni =>
        {
            asked = sni;
            return sni == "mail.acme.example" ? Acme : sni == "mail.bolt.example" ? Bolt : null;
        });
        Assert.Equal(name, asked);
        Assert.Equal("required", client.Tls!.Verified); // the chain came along, and the name fits
        Assert.Equal("TLSv1.3", client.Tls.Version);
        Assert.StartsWith("TLS_", client.Tls.Cipher, StringComparison.Ordinal);
        Assert.Equal(client.Tls.Cipher, server.Tls!.Cipher);
    }

    [Fact]
    public async Task A_client_without_a_server_name_is_told_apart()
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        string? asked = "never called";
        await UpgradeAsync(client, server, "127.0.0.1", verify: false, sni =>
        {
            asked = sni;
            return Acme;
        });
        Assert.Null(asked);
        Assert.Equal("none", client.Tls!.Verified);
    }

    [Fact]
    public async Task Plain_talk_goes_on_in_TLS_in_the_middle_of_the_stream()
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        await server.SayAsync("220 ready\r\n");
        await client.HearAsync("220 ready\r\n");
        await client.SayAsync("STARTTLS\r\n");
        await server.HearAsync("STARTTLS\r\n");
        await server.SayAsync("220 go ahead\r\n");
        await client.HearAsync("220 go ahead\r\n");
        var plain = client.Input;
        await UpgradeAsync(client, server, "mail.acme.example", verify: true, _ => Acme);
        Assert.NotSame(plain, client.Input);
        await client.SayAsync("EHLO mail.acme.example\r\n");
        await server.HearAsync("EHLO mail.acme.example\r\n");
        await server.SayAsync("250 welcome\r\n");
        await client.HearAsync("250 welcome\r\n");
        await server.DisposeAsync();
        await client.HearTheEndAsync();
    }

    [Theory]
    [InlineData("mail.other.example")] // valid chain, wrong name
    [InlineData("self")]
    [InlineData("chainless")]
    public async Task Where_verification_is_required_a_certificate_that_does_not_hold_ends_the_session(string problem)
    {
        var certificate = problem switch
        {
            "self" => TestCertificates.SelfSigned("mail.acme.example"),
            "chainless" => TestCertificates.WithoutItsChain("mail.acme.example"),
            _ => Acme,
        };
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        var serverSide = server.StartTlsAsServerAsync(_ => certificate, Cancellation);
        await Assert.ThrowsAsync<AuthenticationException>(() =>
            client.StartTlsAsClientAsync(problem == "mail.other.example" ? problem : "mail.acme.example", verify: true, Cancellation).WaitAsync(Loopback.Patience));
        Assert.Null(client.Tls);
        client.Abort();
        await Record.ExceptionAsync(() => serverSide.WaitAsync(Loopback.Patience)); // TLS 1.3: the server may be done before the client has looked
    }

    [Theory]
    [InlineData(true, "opportunistic")]
    [InlineData(false, "none")]
    public async Task Opportunistic_TLS_takes_any_certificate_and_remembers_whether_it_held(bool valid, string verified)
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        await UpgradeAsync(client, server, "mail.acme.example", verify: false, _ => valid ? Acme : TestCertificates.SelfSigned("mail.acme.example"));
        Assert.Equal(verified, client.Tls!.Verified);
    }

    [Fact]
    public async Task No_certificate_for_a_name_fails_both_sides_and_hangs_neither()
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        var clientSide = client.StartTlsAsClientAsync("mail.unknown.example", verify: false, Cancellation);
        var trouble = await Assert.ThrowsAsync<AuthenticationException>(() => server.StartTlsAsServerAsync(_ => null, Cancellation).WaitAsync(Loopback.Patience));
        Assert.Contains("mail.unknown.example", trouble.Message, StringComparison.Ordinal);
        await server.DisposeAsync();
        var other = await Record.ExceptionAsync(() => clientSide.WaitAsync(Loopback.Patience));
        Assert.True(other is AuthenticationException or IOException, $"{other}");
    }

    [Fact]
    public async Task Plaintext_left_unread_before_the_handshake_never_becomes_a_command()
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        await client.SayAsync("STARTTLS\r\nMAIL FROM:<injected@acme.example>\r\n");
        await server.HearAsync("STARTTLS\r\n"); // and not one octet more
        var clientSide = client.StartTlsAsClientAsync("mail.acme.example", verify: false, Cancellation);
        var trouble = await Record.ExceptionAsync(() => server.StartTlsAsServerAsync(_ => Acme, Cancellation).WaitAsync(Loopback.Patience));
        Assert.True(trouble is AuthenticationException or IOException, $"{trouble}");
        server.Abort();
        Assert.NotNull(await Record.ExceptionAsync(() => clientSide.WaitAsync(Loopback.Patience)));
    }

    [Fact]
    public async Task A_handshake_with_a_silent_peer_ends_when_it_is_cancelled()
    {
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        using var patience = new CancellationTokenSource();
        var handshake = client.StartTlsAsClientAsync("mail.acme.example", verify: false, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake.WaitAsync(Loopback.Patience));
    }

    [Fact]
    public async Task Much_content_flows_both_ways_at_once()
    {
        const int size = 8 * 1024 * 1024;
        await using var loopback = await TrustingAsync();
        var (client, server) = await loopback.PairAsync();
        await using var _ = client;
        await using var __ = server;
        await UpgradeAsync(client, server, "mail.acme.example", verify: true, _ => Acme);
        var sums = await Task.WhenAll(SendAsync(client, 1), SendAsync(server, 2), ReceiveAsync(server), ReceiveAsync(client)).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(sums[0], sums[2]);
        Assert.Equal(sums[1], sums[3]);

        static async Task<long> SendAsync(IConnection connection, int seed)
        {
            var random = new Random(seed);
            var chunk = new byte[10_007];
            long sum = 0;
            for (var sent = 0; sent < size;)
            {
                random.NextBytes(chunk);
                var part = chunk.AsMemory(0, Math.Min(chunk.Length, size - sent));
                foreach (var octet in part.Span)
                    sum = unchecked((sum * 31) + octet);
                await connection.Output.WriteAsync(part);
                sent += part.Length;
            }
            return sum;
        }

        static async Task<long> ReceiveAsync(IConnection connection)
        {
            long sum = 0;
            for (long got = 0; got < size;)
            {
                var result = await connection.Input.ReadAsync();
                foreach (var segment in result.Buffer)
                    foreach (var octet in segment.Span)
                        sum = unchecked((sum * 31) + octet);
                got += result.Buffer.Length;
                connection.Input.AdvanceTo(result.Buffer.End);
                Assert.False(result.IsCompleted && got < size, "the stream ended early");
            }
            return sum;
        }
    }

    private static Task<Loopback> TrustingAsync() => Loopback.OpenAsync(new SocketSettings { TrustedRoots = TestCertificates.Roots });

    private static Task UpgradeAsync(IConnection client, IConnection server, string name, bool verify, Func<string?, CertificateModel?> certificateFor) =>
        Task.WhenAll(
            server.StartTlsAsServerAsync(certificateFor, Cancellation),
            client.StartTlsAsClientAsync(name, verify, Cancellation)).WaitAsync(Loopback.Patience);
}
