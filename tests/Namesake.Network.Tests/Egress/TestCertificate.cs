using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Pipeline;

namespace Namesake.Network.Tests.Egress;

internal static class TestCertificate
{
    public static CertificateModel Model { get; } = Make();

    private static CertificateModel Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateModel(["reflect.ours.example"],
            new CertificateRequest("CN=reflect.ours.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)));
    }
}
