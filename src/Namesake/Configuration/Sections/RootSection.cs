using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Configuration.Forms;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline.Submission;
using Namesake.Plans;
using Namesake.Protocol.Addresses;
using Namesake.Web.Alarms;

namespace Namesake.Configuration.Sections;

/// <summary>The whole file.</summary>
internal static class RootSection
{
    public static readonly Key<string> Node = Key.Optional("node", Form.Name, "This machine's name in events, leases and the banner. Without it the host name. Not a mail name: EHLO names stand at the sources.");
    public static readonly Key<string> Data = Key.Optional("data", Form.FileName, "data", "The directory that holds spool, verdicts and the CLI's token. Made when it is missing.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Listeners = Key.Required("listeners", Form.List(Form.Group(ListenerSection.Section), "listeners", least: 1), "Where clients submit mail.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Brands = Key.Required("brands", Form.List(Form.Group(BrandSection.Section), "brands", least: 1), "The names mail is sent under.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Resellers = Key.Optional("resellers", Form.List(Form.Group(ResellerSection.Section), "resellers"), [], "Who owns brands.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Sources = Key.Required("sources", Form.List(Form.Group(SourceSection.Section), "sources", least: 1), "The addresses mail may leave from, with their names.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Routes = Key.Optional("routes", Form.List(Form.Group(RouteSection.Section), "routes"), [], "Ways other than by MX.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Sites = Key.Optional("sites", Form.List(Form.Group(SiteSection.Section), "sites"), [], "Limits towards receivers.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Users = Key.Optional("users", Form.List(Form.Group(UserSection.Section), "users"), [], "Who may submit with AUTH.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Clients = Key.Optional("clients", Form.List(Form.Group(ClientSection.Section), "clients"), [], "Brands known by the client's address.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Certificates = Key.Optional("certificates", Form.List(Form.Group(CertificateSection.Section), "certificates"), [], "Certificates for STARTTLS and implicit TLS.");
    public static readonly Key<ImmutableArray<Placed<IPEndPoint>>> Resolvers = Key.Optional("resolvers", Form.List(Form.EndPointWithPort(53), "addresses of resolvers"), [], "Recursive DNS servers, asked in this order. Without it those of the operating system.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Witnesses = Key.Optional("witnesses", Form.List(Form.Group(WitnessSection.Section), "witnesses"), [], "Who is asked which address we come from.");
    public static readonly Key<SectionReader> SilentReceivers = Key.Optional("silentReceivers", Form.Group(SilentReceiversSection.Section), "Receivers that don't echo our address.");
    public static readonly Key<ImmutableArray<Placed<DomainName>>> ProxyEchoSites = Key.Optional("proxyEchoSites", Form.List(Form.Domain, "sites"), [], "Sites whose echo shows a proxy's address and not ours: they count as silent.");
    public static readonly Key<ImmutableArray<Placed<IPRange>>> TreatAsPublic = Key.Optional("treatAsPublic", Form.List(Form.Range, "address ranges"), [], "Test ranges that count as public, for demo and laboratory; shown loudly at start. Never on a relay that sends real mail.");
    public static readonly Key<long> MaximumMessageBytes = Key.Optional("maximumMessageBytes", Form.Size(64 << 10, 1 << 30), 50L << 20,
        "The largest message taken, told to clients as SIZE. The default is what large receivers take after encoding.");
    public static readonly Key<SectionReader> Dns = Key.Optional("dns", Form.Group(DnsSection.Section), "How DNS is asked, and what is remembered.");
    public static readonly Key<SectionReader> Api = Key.Optional("api", Form.Group(ApiSection.Section), "The REST API, which the CLI uses too.");
    public static readonly Key<SectionReader> Alarms = Key.Optional("alarms", Form.Group(AlarmsSection.Section), "Who is told when something is wrong.");
    public static readonly Key<SectionReader> Anomalies = Key.Optional("anomalies", Form.Group(AnomaliesSection.OfRelay), "When somebody who hands mail in is unlike itself.");
    public static readonly Key<SectionReader> Spool = Key.Optional("spool", Form.Group(SpoolSection.Section), "The embedded spool.");
    public static readonly Key<SectionReader> Database = Key.Optional("database", Form.Group(DatabaseSection.Section), "PostgreSQL in place of the embedded spool.");
    public static readonly Key<SectionReader> Identity = Key.Optional("identity", Form.Group(IdentitySection.Section), "How often identities are looked at, and how long doubt is borne.");
    public static readonly Key<SectionReader> Reputation = Key.Optional("reputation", Form.Group(ReputationSection.Section), "DNS lists and registries that an audit asks.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> DnsProviders = Key.Optional("dnsProviders", Form.List(Form.Group(DnsProviderSection.Section), "DNS providers"), [], "Where plans write records.");
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Firewalls = Key.Optional("firewalls", Form.List(Form.Group(FirewallSection.Section), "firewalls"), [], "Where plans write translation.");
    public static readonly Key<SectionReader> Submission = Key.Optional("submission", Form.Group(SubmissionSection.Section), "What one client may do, and how slowly.");
    public static readonly Key<SectionReader> Delivery = Key.Optional("delivery", Form.Group(DeliverySection.Section), "Retries, time-outs, and how much is under way at once.");
    public static readonly Key<SectionReader> Plans = Key.Optional("plans", Form.Group(PlansSection.Section), "How plans for DNS and translation are applied.");
    public static readonly Key<SectionReader> Logging = Key.Optional("logging", Form.Group(LoggingSection.Section), "What is logged, and how.");

    public static readonly Section Section = new("", "",
        [Node, Data, Listeners, Brands, Resellers, Sources, Routes, Sites, Users, Clients, Certificates, Resolvers, Witnesses, SilentReceivers, ProxyEchoSites, TreatAsPublic, MaximumMessageBytes,
            Dns, Api, Alarms, Anomalies, Spool, Database, Identity, Reputation, DnsProviders, Firewalls, Submission, Delivery, Plans, Logging]);

    public static ConfigurationDraft Read(SectionReader reader, Reading reading)
    {
        var spool = SpoolSection.Read(reader.Find(Spool)?.Value, reading.Resolve(reader.Get(Data)));
        return new()
        {
            At = reader.At,
            Node = reader.Find(Node),
            Listeners = Each(reader.Find(Listeners), ListenerSection.Read),
            Brands = Each(reader.Find(Brands), brand => BrandSection.Read(brand, reading)),
            Resellers = Each(reader.Find(Resellers), ResellerSection.Read),
            Sources = Each(reader.Find(Sources), SourceSection.Read),
            Routes = Each(reader.Find(Routes), RouteSection.Read),
            SiteLimits = Each(reader.Find(Sites), SiteSection.Read),
            Users = Each(reader.Find(Users), user => UserSection.Read(user, reading)),
            Clients = Each(reader.Find(Clients), ClientSection.Read),
            Certificates = Each(reader.Find(Certificates), CertificateSection.Read),
            Resolvers = reader.Get(Resolvers),
            Witnesses = Each(reader.Find(Witnesses), WitnessSection.Read),
            SilentReceiversRequireProof = reader.Find(SilentReceivers) is { } silent ? SilentReceiversSection.Read(silent.Value) : null,
            ProxyEchoSites = reader.Get(ProxyEchoSites),
            TreatAsPublic = reader.Get(TreatAsPublic),
            MaximumMessageBytes = reader.Get(MaximumMessageBytes),
            Resolver = DnsSection.Read(reader.Find(Dns)?.Value, [.. reader.Get(Resolvers).Select(resolver => resolver.Value)]),
            Api = reader.Find(Api) is { } api ? ApiSection.Read(api.Value) : new ApiSettings(),
            Alarms = reader.Find(Alarms) is { } alarms ? AlarmsSection.Read(alarms.Value, reading) : new AlarmSettings(),
            Anomalies = reader.Find(Anomalies) is { } anomalies ? AnomaliesSection.Read(anomalies.Value) : new AnomalyRules(),
            Spool = spool,
            Database = reader.Find(Database) is { } database ? DatabaseSection.Read(database.Value, reading, spool) : null,
            Identity = reader.Find(Identity) is { } identity ? IdentitySection.Read(identity.Value, reading) : new IdentityOptions(),
            Listing = reader.Find(Reputation) is { } reputation ? ReputationSection.Read(reputation.Value, reading) : new ListingOptions(),
            DnsProviders = Each(reader.Find(DnsProviders), provider => DnsProviderSection.Read(provider, reading)),
            Firewalls = Each(reader.Find(Firewalls), FirewallSection.Read),
            Submission = reader.Find(Submission) is { } submission ? SubmissionSection.Read(submission.Value) : new SubmissionLimits(),
            Delivery = reader.Find(Delivery) is { } delivery ? DeliverySection.Read(delivery.Value) : new DeliverySettings(),
            Plans = reader.Find(Plans) is { } plans ? PlansSection.Read(plans.Value) : new PlanSettings(),
            Logging = reader.Find(Logging) is { } logging ? LoggingSection.Read(logging.Value) : new LoggingSettings(),
        };
    }

    private static ImmutableArray<T> Each<T>(Placed<ImmutableArray<Placed<SectionReader>>>? entries, Func<SectionReader, T> read) =>
        entries is null ? [] : [.. entries.Value.Select(entry => read(entry.Value))];
}
