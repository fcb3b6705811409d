using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A certificate made for one test, as files the relay reads.</summary>
internal static class RelayCertificate
{
    /// <summary>Writes both files into <paramref name="folder"/> and returns the section of the configuration that names them.</summary>
    public static async Task<string> WriteAsync(string folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var (certificateFile, keyFile) = (Path.Combine(folder, "relay.pem"), Path.Combine(folder, "relay.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return $"certificates: [ {{ name: {name}, certificateFile: \"{certificateFile}\", keyFile: \"{keyFile}\" }} ]\n";
    }
}
