using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>The names mail is sent under.</summary>
internal static class BrandSection
{
    public static readonly Key<BrandId> Id = Key.Required("id", Form.Brand, "Its name here, in the API and in the CLI.");
    public static readonly Key<ImmutableArray<Placed<DomainName>>> SenderDomains = Key.Required("senderDomains", Form.List(Form.Domain, "domains", least: 1),
        "Domains its envelope senders and From addresses may use; sub-domains must be named too. No domain belongs to two brands.");
    public static readonly Key<ImmutableArray<Placed<SourceId>>> Sources = Key.Required("sources", Form.List(Form.Source, "ids of sources", least: 1),
        "Where its mail may leave. At least one: there is no default identity.");
    public static readonly Key<IdentityPolicy> Policy = Key.Optional("policy", Form.Words<IdentityPolicy>(), IdentityPolicy.Strict,
        "Which identity rules hold mail: `strict` PTR = EHLO and forward-confirmed; `forward` forward-confirmed only; `observe` none but our own socket and name.");
    public static readonly Key<ImmutableArray<Placed<string>>> HoldOn = Key.Optional("holdOn", Form.List(Form.Check, "ids of checks"), [],
        "Checks of the audit that hold its sources when they fail for certain, although by themselves they only tell: `AU-01`, `RP-01`. What is about domains holds a shared source only where all its brands say so. `namesake checks` lists them.");
    public static readonly Key<ForeignSenders> ForeignSenders = Key.Optional("foreignSenders", Form.Words<ForeignSenders>(), Core.Brands.ForeignSenders.Refuse,
        "Envelope senders outside `senderDomains`, when the brand is known by listener, login or client address: refused, or rewritten by SRS (forwarded mail). Bounces that clients hand in for its SRS addresses go back to who wrote the mail.");
    public static readonly Key<DomainName> ReturnPathDomain = Key.Optional("returnPathDomain", Form.Domain,
        "The domain of its SRS addresses and of its delivery reports. Without it the first of `senderDomains`.");
    public static readonly Key<string> SrsSecret = Key.Optional("srsSecret", Form.Secret,
        "Signs its SRS addresses; at least 16 characters. Needed with `foreignSenders: srs`. Keep it: reports to addresses signed with another secret are refused.");
    public static readonly Key<string> SrsSecretFile = Key.Optional("srsSecretFile", Form.FileName, "A file whose first line is `srsSecret`.");
    public static readonly Key<TimeSpan> Expiry = Key.Optional("expiry", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)), TimeSpan.FromDays(5),
        "How long its mail is tried or held, from acceptance; then it is returned (RFC 5321 §4.5.4.1 asks for 4 to 5 days).");

    public static readonly Key<SectionReader> Limits = Key.Optional("limits", Form.Group(LimitsSection.OfBrand), "How much may be handed in for it. Without it: no limits.");

    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Dkim = Key.Optional("dkim", Form.List(Form.Group(DkimSection.Section), "keys"), [], "Keys its mail is signed with. Without any it is not signed.");
    public static readonly Key<SectionReader> SenderLimits = Key.Optional("senderLimits", Form.Group(LimitsSection.OfSender), "How much each envelope sender may hand in. Without it: no limits.");
    public static readonly Key<ResellerId> Reseller = Key.Optional("reseller", Form.Reseller, "Whose it is, of `resellers`. Without it the provider's own.");
    public static readonly Key<SectionReader> Anomalies = Key.Optional("anomalies", Form.Group(AnomaliesSection.OfBrand), "When one who hands in its mail is unlike itself. Without it as in `anomalies`.");

    public static readonly Key<SectionReader> Suppression = Key.Optional("suppression", Form.Group(SuppressionSection.Section), "When nothing more is sent to recipients that receivers don't know. Without it: only what a person put into the list is suppressed.");

    public static readonly Section Section = new("brands[]",
        "Names mail is sent under. Every message belongs to exactly one.",
        [Id, SenderDomains, Sources, Policy, HoldOn, ForeignSenders, ReturnPathDomain, SrsSecret, SrsSecretFile, Expiry, Reseller, Limits, SenderLimits, Anomalies, Suppression, Dkim]);

    public static BrandDraft Read(SectionReader reader, Reading reading) => new(
        reader.At, reader.Find(Id), reader.Find(SenderDomains)?.Value ?? [], reader.Find(Sources)?.Value ?? [], reader.Get(Policy), reader.Get(HoldOn), reader.Find(ForeignSenders),
        reader.Find(ReturnPathDomain), reader.Has(SrsSecret) || reader.Has(SrsSecretFile), SecretFile.Read(reader, SrsSecret, SrsSecretFile, reading), reader.Get(Expiry),
        reader.Find(Reseller), LimitsSection.Read(reader.Find(Limits)), LimitsSection.Read(reader.Find(SenderLimits)), AnomaliesSection.Read(reader.Find(Anomalies)),
        SuppressionSection.Read(reader.Find(Suppression), reading),
        [.. reader.Get(Dkim).Select(entry => DkimSection.Read(entry.Value))]);
}
