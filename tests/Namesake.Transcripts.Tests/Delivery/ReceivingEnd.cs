using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Delivery;

/// <summary>A receiver that says what its transcript says and checks what it hears, on a real socket.</summary>
internal sealed class ReceivingEnd(Script script, Chunking chunking) : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = SelfSigned();

    private readonly Socket _listener = Listen();
    private Wire? _wire;

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Plays the conversation to its last line.</summary>
    public async Task PlayAsync()
    {
        await AcceptAsync();
        for (var at = 0; at < script.Lines.Length; at++)
        {
            var line = script.Lines[at];
            switch (line.Kind)
            {
                case "R":
                    await _wire!.SendAsync(Encoding.UTF8.GetBytes(line.Text + "\r\n"));
                    if (at + 1 == script.Lines.Length || script.Lines[at + 1].Kind != "R")
                        await _wire.FlushAsync();
                    break;
                case "W":
                    var heard = await _wire!.ReadLineAsync();
                    Assert.True(heard is not null && Pattern.Matches(line.Text, heard), $"{script.Name}:{line.Number}: expected \"{line.Text}\", heard \"{heard ?? "the end of the connection"}\"");
                    break;
                case "@bytes":
                    await _wire!.SendAsync(Wire.Octets(line.Text));
                    await _wire.FlushAsync();
                    break;
                case "@together":
                    await _wire!.WriteAsync(Wire.Octets(line.Text));
                    break;
                case "@tls":
                    await _wire!.StartTlsAsync((tls, stop) => tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, stop));
                    break;
                case "@close":
                    await _wire!.DisposeAsync();
                    break;
                case "@reset":
                    _wire!.Reset();
                    break;
                case "@closed":
                    Assert.Null(await _wire!.ReadLineAsync());
                    break;
                case "@connection":
                    await _wire!.DisposeAsync();
                    await AcceptAsync();
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        if (_wire is not null)
            await _wire.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var socket = await _listener.AcceptAsync(patience.Token);
        socket.NoDelay = true;
        _wire = new Wire(socket, chunking);
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.sink.test", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
