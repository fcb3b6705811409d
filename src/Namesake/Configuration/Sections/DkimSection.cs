using Namesake.Configuration.Forms;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Keys a brand's mail is signed with.</summary>
internal static class DkimSection
{
    public static readonly Key<string> Selector = Key.Required("selector", Form.Text,
        "Names the key in DNS: its record stands at `selector._domainkey.domain`. Letters, digits, hyphens and dots. A new key gets a new one.");
    public static readonly Key<string> KeyFile = Key.Required("keyFile", Form.FileName,
        "PEM: the private key, RSA of 1024 to 4096 bits (2048 is right) or Ed25519, PKCS#8 or PKCS#1, not encrypted, readable by the relay only. Read at start and at reload.");
    public static readonly Key<DomainName> Domain = Key.Optional("domain", Form.Domain,
        "The domain that signs (`d=`), one of the brand's `senderDomains` or its `returnPathDomain`; mail whose From is of it or below it is signed. Without it the domain of From, and the key must be published under each of them.");

    public static readonly Section Section = new("brands[].dkim[]",
        "DKIM signatures (RFC 6376): one for each entry, made when a message is accepted, over the whole body. Two entries with an RSA and an Ed25519 key sign twice; Ed25519 alone is not verified everywhere. "
        + "Mail whose From is none of the brand's, and forwarded mail, is not signed. What can't be signed is not accepted unsigned: the client hears 451. `namesake brands dkim` prints the records to publish.",
        [Selector, KeyFile, Domain]);

    public static DkimDraft Read(SectionReader reader) => new(reader.At, reader.Find(Domain), reader.Find(Selector), reader.Find(KeyFile));
}
