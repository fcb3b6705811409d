// dotnet run -c Release --project bench/Dkim
//
// Signatures per core-second over one message, ours beside MimeKit's, both relaxed/relaxed and with the same keys; then what the parts of ours cost. MimeKit is given the message parsed.
using System.Buffers;
using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Namesake.Bench.Dkim;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using DkimSigner = Namesake.Protocol.Dkim.DkimSigner;
using Peer = MimeKit.Cryptography.DkimSigner;

using var rsa = RSA.Create(2048);
var secret = RandomNumberGenerator.GetBytes(32);
var rsaPem = rsa.ExportPkcs8PrivateKeyPem();
var ed25519Pem = PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. secret]);
DkimSigner[] rsaSigner = [Signer(rsaPem, "s1")], ed25519Signer = [Signer(ed25519Pem, "s2")], both = [.. rsaSigner, .. ed25519Signer];
using var pem = new StringReader(rsaPem);
var peerRsa = Make((AsymmetricKeyParameter)new PemReader(pem).ReadObject(), DkimSignatureAlgorithm.RsaSha256);
var peerEd25519 = Make(new Ed25519PrivateKeyParameters(secret), DkimSignatureAlgorithm.Ed25519Sha256);
var at = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
string[] names = ["From", "Reply-To", "Subject", "To", "Cc", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
var output = new ArrayBufferWriter<byte>();

foreach (var (title, content) in new[] { ("10 KB of text", Samples.Text(10_240)), ("10 KB of indented HTML", Samples.Html(10_240)) })
{
    using var stream = new MemoryStream(content);
    var parsed = MimeMessage.Load(stream);
    Measurement.Compare(title,
        ("RSA-2048, ours", () => Sign(content, rsaSigner)),
        ("RSA-2048, MimeKit", () => SignByPeer(peerRsa, parsed)),
        ("Ed25519, ours", () => Sign(content, ed25519Signer)),
        ("Ed25519, MimeKit", () => SignByPeer(peerEd25519, parsed)),
        ("both in one pass, ours", () => Sign(content, both)));
    var hash = SHA256.HashData(content);
    var signature = new byte[256];
    var digest = new byte[32];
    Measurement.Compare(title + ", in parts",
        ("RSA-2048 alone", () => rsaSigner[0].Key.Sign(hash, signature)),
        ("Ed25519 alone", () => ed25519Signer[0].Key.Sign(hash, signature.AsSpan(0, 64))),
        ("body's canonical form and hash", () =>
        {
            using var body = new BodyHash(DkimCanonicalization.Relaxed);
            body.Append(content);
            body.Finish(digest);
        }),
        ("SHA-256 alone", () => SHA256.HashData(content, digest)));
}

void Sign(byte[] content, DkimSigner[] signers)
{
    using var message = new DkimMessage();
    message.Append(content);
    output.ResetWrittenCount();
    if (message.Sign(signers, at, output) is { } fault)
        throw new InvalidOperationException(fault.ToString());
}

void SignByPeer(Peer peer, MimeMessage message)
{
    message.Headers.RemoveAll(HeaderId.DkimSignature);
    peer.Sign(message, names);
}

DkimSigner Signer(string key, string selector) =>
    DkimKey.TryRead(key, out var read, out var error) && DkimSigner.TryCreate(DomainName.Parse("acme.example"), selector, read, out var signer, out error) ? signer : throw new FormatException(error);

Peer Make(AsymmetricKeyParameter key, DkimSignatureAlgorithm algorithm) => new(key, "acme.example", "s1", algorithm)
{
    HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
    BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
};
