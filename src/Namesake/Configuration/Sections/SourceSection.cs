using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>The addresses mail may leave from.</summary>
internal static class SourceSection
{
    public static readonly Key<SourceId> Id = Key.Required("id", Form.Source, "Its name here, in the API and in the CLI.");
    public static readonly Key<IPAddress> LocalAddress = Key.Required("localAddress", Form.Address, "The address on this machine that sockets are bound to before they connect; no two sources have the same.");
    public static readonly Key<IPAddress> PublicAddress = Key.Required("publicAddress", Form.Address,
        "The address receivers must see. Equal to `localAddress` unless a firewall translates; of the same family. Several sources may share one, if they say the same name.");
    public static readonly Key<HostName> Ehlo = Key.Required("ehlo", Form.Host,
        "The name said in EHLO: fully qualified, and in DNS both ways with `publicAddress`. Sources with the same name are a pool. Never guessed from anything else.");
    public static readonly Key<bool> Shared = Key.Optional("shared", Form.YesOrNo, false, "Several brands use it; then its name should be a neutral one.");
    public static readonly Key<int> Weight = Key.Optional("weight", Form.WholeNumber(1, 1000), 1, "Its share of its brand's mail among the brand's sources that are open. Another weight, and a source that comes or goes, moves that source's share of the messages only. Where nobody answers over one address family, sources of the other take the mail.");
    public static readonly Key<bool> Retiring = Key.Optional("retiring", Form.YesOrNo, false,
        "It takes no new mail. What waits and was never tried moves to other sources of the brand at once; what was tried keeps its address for 4 hours (greylisting), and then moves.");
    public static readonly Key<SectionReader> WarmUp = Key.Optional("warmUp", Form.Group(WarmUpSection.Section),
        "How many messages a day it may carry while receivers get to know it.");
    public static readonly Key<SectionReader> Attested = Key.Optional("attested", Form.Group(AttestedSection.Section),
        "An operator's dated word that the translation to `publicAddress` holds, for as long as no witness can be asked.");

    public static readonly Section Section = new("sources[]",
        "Addresses mail may leave from, each with its name. IPv4 and IPv6 are two sources.",
        [Id, LocalAddress, PublicAddress, Ehlo, Shared, Weight, Retiring, WarmUp, Attested]);

    public static SourceDraft Read(SectionReader reader) => new(
        reader.At, reader.Find(Id), reader.Find(LocalAddress), reader.Find(PublicAddress), reader.Find(Ehlo), reader.Get(Shared), reader.Get(Weight), reader.Get(Retiring),
        reader.Find(WarmUp) is { } warmUp ? WarmUpSection.Read(warmUp.Value) : null,
        reader.Find(Attested) is { } attested ? AttestedSection.Read(attested.Value) : null);
}
