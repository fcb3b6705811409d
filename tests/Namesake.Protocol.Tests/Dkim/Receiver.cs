using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using DkimSigner = Namesake.Protocol.Dkim.DkimSigner;

namespace Namesake.Protocol.Tests.Dkim;

/// <summary>A receiver with another implementation: MimeKit parses and verifies, with the keys as our signers say they must be published.</summary>
internal sealed class Receiver : DkimPublicKeyLocatorBase
{
    private readonly Dictionary<string, string> published;

    public Receiver(params DkimSigner[] signers) => published = signers.ToDictionary(signer => signer.RecordName.Value, signer => signer.RecordText);

    /// <summary>One answer for each signature, from the top.</summary>
    public IEnumerable<bool> Verify(byte[] message)
    {
        using var stream = new MemoryStream(message);
        var parsed = MimeMessage.Load(stream);
        var verifier = new DkimVerifier(this);
        return parsed.Headers.Where(header => header.Id == HeaderId.DkimSignature).Select(header => verifier.Verify(parsed, header));
    }

    public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        GetPublicKey(published[$"{selector}._domainkey.{domain}"]);

    public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
}
