using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Tests.Sockets;

/// <summary>A root of our own, an intermediate below it, and server certificates below that, as public authorities have them.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset From = DateTimeOffset.Parse("2020-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly DateTimeOffset Until = DateTimeOffset.Parse("2049-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly X509Certificate2 RootWithKey = Authority("CN=Test root", null);
    private static readonly X509Certificate2 IntermediateWithKey = Authority("CN=Test intermediate", RootWithKey);

    public static X509Certificate2Collection Roots { get; } = [X509CertificateLoader.LoadCertificate(RootWithKey.RawData)];

    public static CertificateModel For(string name) =>
        new([name], Leaf(name, IntermediateWithKey)) { Intermediates = [X509CertificateLoader.LoadCertificate(IntermediateWithKey.RawData)] };

    public static CertificateModel WithoutItsChain(string name) => new([name], Leaf(name, IntermediateWithKey));

    public static CertificateModel SelfSigned(string name) => new([name], Leaf(name, null));

    public static CertificateModel Expired(string name) =>
        new([name], Leaf(name, IntermediateWithKey, From.AddYears(1))) { Intermediates = [X509CertificateLoader.LoadCertificate(IntermediateWithKey.RawData)] };

    private static X509Certificate2 Leaf(string name, X509Certificate2? issuer, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (issuer is null)
            return request.CreateSelfSigned(From, until ?? Until);
        using var bare = request.Create(issuer, From, until ?? Until, RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Authority(string subject, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        if (issuer is null)
            return request.CreateSelfSigned(From, Until);
        using var bare = request.Create(issuer, From, Until, RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
