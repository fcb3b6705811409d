using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Core.Pipeline;
using Namesake.Protocol.Addresses;

namespace Namesake.Reflecting;

/// <summary>A certificate nobody vouches for, made at every start: mail servers don't ask for more, and it is there to show whether STARTTLS comes through, not to prove a name.</summary>
internal static class ReflectorCertificate
{
    public static CertificateModel Make(HostName name, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={(name.Value.Length <= 64 ? name.Value : "reflector")}", key, HashAlgorithmName.SHA256); // X.520's upper bound for a common name
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Value);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        return new CertificateModel([name.Value], request.CreateSelfSigned(now.AddDays(-1), now.AddYears(2)));
    }
}
