using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Namesake.Core.Identity.Facts;

/// <summary>A server's certificate as a verifying client sees it: presented by somebody, or configured here.</summary>
public sealed record CertificateSight
{
    /// <summary>Names that are read of one certificate; public authorities allow 100, content networks are said to have more.</summary>
    public const int MostNames = 500;

    /// <summary>Certificates of a chain that are looked at; real ones have two or three.</summary>
    public const int MostPresented = 10;

    /// <summary>The DNS names it is made out to, lower case, wildcards as they stand. A common name alone counts for nothing (RFC 6125 §6.4.4).</summary>
    public required ImmutableArray<string> Names { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Empty: its chain ends in a root that is trusted here. Null: that was not judged. Else what is wrong with it; dates and names are told apart from it.</summary>
    public string? ChainTrouble { get; init; }

    /// <summary>The certificate itself, then those sent or configured with it.</summary>
    public ImmutableArray<PresentedCertificate> Presented { get; init; } = [];

    public static CertificateSight Of(X509Certificate2 leaf, IEnumerable<X509Certificate2> others, string? chainTrouble)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return new CertificateSight
        {
            Names = NamesOf(leaf),
            NotBefore = new DateTimeOffset(leaf.NotBefore.ToUniversalTime()),
            NotAfter = new DateTimeOffset(leaf.NotAfter.ToUniversalTime()),
            ChainTrouble = chainTrouble,
            Presented = [.. others.Prepend(leaf).DistinctBy(certificate => certificate.Thumbprint).Take(MostPresented).Select(PresentedCertificate.Of)],
        };
    }

    /// <summary>A wildcard stands for one label (RFC 6125 §6.4.3).</summary>
    public bool Covers(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var wild = dot > 0 ? "*" + host[dot..] : null;
        return Names.Contains(host, StringComparer.OrdinalIgnoreCase) || (wild is not null && Names.Contains(wild, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The names in a few words.</summary>
    public string Describe() => Names.Length switch
    {
        0 => "a certificate without a DNS name",
        <= 3 => $"a certificate for {string.Join(", ", Names)}",
        _ => $"a certificate for {string.Join(", ", Names.Take(3))} and {Names.Length - 3} more",
    };

    private static ImmutableArray<string> NamesOf(X509Certificate2 certificate)
    {
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())
                .Where(name => name.Length is > 0 and <= 255 && !name.Any(char.IsControl)).Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Take(MostNames)];
        }
        catch (CryptographicException)
        {
            return []; // the extension is no list of names: to a client the certificate has none
        }
    }
}

/// <summary>The octets that TLSA records are compared with.</summary>
/// <param name="Whole">The certificate in DER.</param>
/// <param name="PublicKey">Its SubjectPublicKeyInfo in DER.</param>
public sealed record PresentedCertificate(ImmutableArray<byte> Whole, ImmutableArray<byte> PublicKey)
{
    public static PresentedCertificate Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new([.. certificate.RawData], [.. PublicKeyOf(certificate)]);
    }

    private static byte[] PublicKeyOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.PublicKey.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
