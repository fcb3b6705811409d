namespace Namesake.Core.Receivers;

/// <summary>A client certificate, by the SHA-256 of its encoding in hexadecimal.</summary>
public readonly record struct CertificateId(string Sha256)
{
    public override string ToString() => Sha256;
}
