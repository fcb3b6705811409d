using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>An authority of the lab's own: whoever is given <see cref="Root"/> trusts what it signs.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), Until = new(2049, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, X509Certificate2> _made = new(StringComparer.Ordinal);
    private readonly X509Certificate2 _root;

    public CertificateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Lab Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _root = request.CreateSelfSigned(From, Until);
    }

    /// <summary>The root in PEM.</summary>
    public string Root => _root.ExportCertificatePem();

    /// <summary>A certificate for these names, signed by the root.</summary>
    public X509Certificate2 For(params string[] names) => _made.GetOrAdd(string.Join(' ', names), _ =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Request(key, names).Create(_root, From, Until, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    });

    /// <summary>One for this name that nobody vouches for.</summary>
    public X509Certificate2 SelfSigned(string name) => _made.GetOrAdd($"self {name}", _ =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(key, name).CreateSelfSigned(From, Until);
    });

    public void Dispose()
    {
        foreach (var certificate in _made.Values)
        {
            certificate.Dispose();
        }

        _root.Dispose();
    }

    private static CertificateRequest Request(ECDsa key, params string[] names)
    {
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var list = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            list.AddDnsName(name);
        }

        request.CertificateExtensions.Add(list.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // server authentication
        return request;
    }
}
