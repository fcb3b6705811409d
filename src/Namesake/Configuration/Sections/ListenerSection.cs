using System.Collections.Immutable;
using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Where clients submit mail.</summary>
internal static class ListenerSection
{
    public static readonly Key<IPEndPoint> Address = Key.Required("address", Form.EndPoint, "Where it listens. Port 0 takes any free port (tests and demo).");
    public static readonly Key<BrandId> Brand = Key.Optional("brand", Form.Brand,
        "All mail from here belongs to this brand. Without it the brand is found per message: by login, by client address, by sender domain.");
    public static readonly Key<ImmutableArray<Placed<IPRange>>> RelayFrom = Key.Optional("relayFrom", Form.List(Form.Range, "address ranges"), [],
        "Clients that may submit without AUTH. Ranges shorter than /8 (IPv6: /16) are refused: that would be an open relay.");
    public static readonly Key<HostName> Name = Key.Optional("name", Form.Host, "The name in the banner. Without it the name of the brand's first source, else the node's.");
    public static readonly Key<bool> ImplicitTls = Key.Optional("implicitTls", Form.YesOrNo, false, "TLS from the first byte, as on port 465 (RFC 8314).");
    public static readonly Key<BrandId> NullSenderBrand = Key.Optional("nullSenderBrand", Form.Brand,
        "The brand of mail with the null sender `<>` whose From names none of ours: the non-delivery reports of the server behind us.");
    public static readonly Key<bool> DsnToPeer = Key.Optional("dsnToPeer", Form.YesOrNo, false,
        "Delivery reports for mail from here go back to the client's own address, port 25, on a route the gate doesn't hold.");
    public static readonly Key<int> MaximumConnections = Key.Optional("maximumConnections", Form.WholeNumber(1, 100_000), 10_000,
        "Sessions at once. The default is twice what `bench/pressure` holds in 300 MB (docs/benchmarks.md). Where descriptors or memory are short before that, clients are turned away with 421 4.3.2 until they aren't.");
    public static readonly Key<int> MaximumConnectionsPerClient = Key.Optional("maximumConnectionsPerClient", Form.WholeNumber(1, 100_000), 200, "Sessions at once from one client address; an IPv6 /64 counts as one address.");
    public static readonly Key<int> MaximumRecipients = Key.Optional("maximumRecipients", Form.WholeNumber(100, 100_000), 1000,
        "Recipients of one message; more are told 452 (RFC 5321 §4.5.3.1.8 asks for at least 100).");

    public static readonly Key<SectionReader> ClientLimits = Key.Optional("clientLimits", Form.Group(LimitsSection.OfListener), "How much each client address may hand in without a login. Without it: no limits.");

    public static readonly Section Section = new("listeners[]",
        "Addresses at which clients submit mail. A client may relay when it logs in, or when its address is in `relayFrom` or among the `clients`.",
        [Address, Brand, RelayFrom, Name, ImplicitTls, NullSenderBrand, DsnToPeer, MaximumConnections, MaximumConnectionsPerClient, MaximumRecipients, ClientLimits]);

    public static ListenerDraft Read(SectionReader reader) => new(
        reader.At, reader.Find(Address), reader.Find(Brand), reader.Get(RelayFrom), reader.Find(Name), reader.Get(ImplicitTls), reader.Find(NullSenderBrand),
        reader.Get(DsnToPeer), reader.Get(MaximumConnections), reader.Get(MaximumConnectionsPerClient), reader.Get(MaximumRecipients),
        LimitsSection.Read(reader.Find(ClientLimits)));
}
