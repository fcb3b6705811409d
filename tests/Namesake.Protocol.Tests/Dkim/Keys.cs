using System.Security.Cryptography;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Tests.Dkim;

/// <summary>Keys for tests: fresh ones, and those of RFC 8463 appendix A.</summary>
internal static class Keys
{
    /// <summary>RFC 8463 appendix A.2, in the octets of PKCS#8.</summary>
    public static readonly string PublishedEd25519 = Ed25519Pem(Convert.FromBase64String("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="));

    /// <summary>RFC 8463 appendix A.2: 1024 bits, as is.</summary>
    public const string PublishedRsa = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
        Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
        KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
        AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
        6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
        zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
        6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
        uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
        WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
        WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
        licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
        o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
        uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
        -----END RSA PRIVATE KEY-----
        """;

    public static readonly DkimKey Rsa = Read(RsaPem(2048));

    public static readonly DkimKey Ed25519 = Read(PublishedEd25519);

    public static string RsaPem(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    public static string Ed25519Pem(byte[] secret) =>
        PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b6570"), 0x04, 0x22, 0x04, 0x20, .. secret]);

    public static DkimKey Read(string pem) => DkimKey.TryRead(pem, out var key, out var error) ? key : throw new FormatException(error);

    public static DkimSigner Signer(string domain, string selector, DkimKey key) =>
        DkimSigner.TryCreate(DomainName.Parse(domain), selector, key, out var signer, out var error) ? signer : throw new FormatException(error);
}
