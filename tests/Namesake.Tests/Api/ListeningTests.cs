using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Tests.Api;

/// <summary>Where the API may be, and how it is protected there.</summary>
public sealed class ListeningTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Beyond_loopback_without_a_certificate_it_refuses_to_listen()
    {
        var trouble = await Assert.ThrowsAsync<IOException>(() => _demo.RestartAsync(Configuration("0.0.0.0:0")));

        Assert.Contains("certificates", trouble.Message, StringComparison.Ordinal);
        await _demo.RestartAsync();
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();

        var trouble = await Assert.ThrowsAsync<IOException>(() => _demo.RestartAsync(Configuration($"{taken.LocalEndPoint}")));

        Assert.Contains($"{taken.LocalEndPoint}", trouble.Message, StringComparison.Ordinal);
        await _demo.RestartAsync();
    }

    [Fact]
    public async Task Beyond_loopback_it_speaks_TLS_only_and_everything_wants_the_token()
    {
        var outside = OwnAddress();
        Assert.SkipWhen(outside is null, "this machine has no address but loopback");
        WriteCertificate("api.demo.example");
        await _demo.RestartAsync(Configuration("0.0.0.0:0") + "\ncertificates: [ { name: api.demo.example, certificateFile: cert.pem, keyFile: key.pem } ]\n");
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(outside, _demo.Api.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=api.demo.example" },
        });
        var url = new Uri($"https://api.demo.example:{_demo.Api.Port}/");

        foreach (var path in new[] { "", "metrics", "api/v1/status" })
        {
            using var without = await http.GetAsync(new Uri(url, path), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
            Assert.DoesNotContain(_demo.TokenFile, await without.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path)) { Headers = { Authorization = new("Bearer", _demo.Token) } };
            using var with = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://api.demo.example:{_demo.Api.Port}/api/v1/status"), TestContext.Current.CancellationToken));
        using var strange = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Host = "attacker.example", Authorization = new("Bearer", _demo.Token) } };
        using var refused = await http.SendAsync(strange, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
    }

    private string Configuration(string address) => _demo.World.Configuration().Replace("api: { address: \"127.0.0.1:0\" }", $"api: {{ address: \"{address}\" }}", StringComparison.Ordinal);

    private void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Path.Combine(_demo.Directory, "cert.pem"), certificate.ExportCertificatePem());
        var keyFile = Path.Combine(_demo.Directory, "key.pem");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static IPAddress? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
