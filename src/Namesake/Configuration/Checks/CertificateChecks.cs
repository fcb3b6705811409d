using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Namesake.Configuration.Sections;
using Namesake.Core.Pipeline;

namespace Namesake.Configuration.Checks;

/// <summary>Loads certificates with their keys, and says what is wrong with them before a client does.</summary>
internal static class CertificateChecks
{
    private static readonly TimeSpan ExpirySoon = TimeSpan.FromDays(14);

    public static ImmutableArray<CertificateModel> Load(ConfigurationDraft draft, Reading reading)
    {
        Duplicates.Report(draft.Certificates.SelectMany(certificate => certificate.Names), "certificates: the name", reading.Problems);
        return [.. draft.Certificates.Select(certificate => Load(certificate, reading)).OfType<CertificateModel>()];
    }

    private static CertificateModel? Load(CertificateDraft draft, Reading reading)
    {
        if (draft.CertificateFile is not { } certificateFile || draft.KeyFile is not { } keyFile)
            return null;
        if (PemFile.Read(certificateFile, "certificates: certificateFile", reading) is not { } certificatePem || PemFile.Read(keyFile, "certificates: keyFile", reading) is not { } keyPem)
            return null;
        FilePermissions.WarnWhenOthersRead(reading.Resolve(keyFile.Value), keyFile.At, "certificates: keyFile", reading);
        if (Combine(certificatePem, keyPem, certificateFile, keyFile, reading) is not { } certificate)
            return null;
        CheckDates(certificate, certificateFile, reading);
        foreach (var name in draft.Names)
            if (!certificate.MatchesHostname(name.Value.Replace("*.", "any.", StringComparison.Ordinal), allowWildcards: true, allowCommonName: false))
                reading.Problems.Warning(name.At, $"certificates: {certificateFile.Value} is not made out to {name.Value}: clients that verify will refuse it");
        return new CertificateModel([.. draft.Names.Select(name => name.Value)], certificate) { Intermediates = Intermediates(certificatePem, certificate) };
    }

    private static X509Certificate2? Combine(string certificatePem, string keyPem, Placed<string> certificateFile, Placed<string> keyFile, Reading reading)
    {
        if (keyPem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            reading.Problems.Error(keyFile.At, $"certificates: keyFile {keyFile.Value} is encrypted, and nobody is there to type its password: store it decrypted, readable by the relay only");
            return null;
        }
        X509Certificate2 bare;
        try
        {
            bare = X509Certificate2.CreateFromPem(certificatePem);
        }
        catch (CryptographicException)
        {
            reading.Problems.Error(certificateFile.At, $"certificates: certificateFile {certificateFile.Value} holds no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\")");
            return null;
        }
        using (bare)
            try
            {
                using var ephemeral = X509Certificate2.CreateFromPem(certificatePem, keyPem);
                // SChannel can't use a key that exists in memory only; a round through PKCS #12 makes it usable everywhere.
                return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
            }
            catch (Exception mismatch) when (mismatch is CryptographicException or ArgumentException)
            {
                reading.Problems.Error(keyFile.At, keyPem.Contains("PRIVATE KEY", StringComparison.Ordinal)
                    ? $"certificates: keyFile {keyFile.Value} is not the key of {certificateFile.Value}"
                    : $"certificates: keyFile {keyFile.Value} holds no private key in PEM form (\"-----BEGIN PRIVATE KEY-----\")");
                return null;
            }
    }

    private static void CheckDates(X509Certificate2 certificate, Placed<string> file, Reading reading)
    {
        var now = reading.Time.GetUtcNow();
        var (from, until) = (new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        if (until < now)
            reading.Problems.Warning(file.At, string.Create(CultureInfo.InvariantCulture, $"certificates: {file.Value} has expired on {until:yyyy-MM-dd}: clients that verify refuse it"));
        else if (until < now + ExpirySoon)
            reading.Problems.Warning(file.At, string.Create(CultureInfo.InvariantCulture, $"certificates: {file.Value} expires on {until:yyyy-MM-dd}"));
        else if (from > now)
            reading.Problems.Warning(file.At, string.Create(CultureInfo.InvariantCulture, $"certificates: {file.Value} is valid from {from:yyyy-MM-dd} only"));
    }

    private static ImmutableArray<X509Certificate2> Intermediates(string pem, X509Certificate2 leaf)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return [.. all.Where(certificate => certificate.Thumbprint != leaf.Thumbprint)];
    }
}
