using System.Collections.Immutable;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Identity.Reports;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Plans.Journal;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Network.Firewall;
using Namesake.Network.Inbound;
using Namesake.Network.Registries;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Network.Web;
using Namesake.Plans;

namespace Namesake.Auditing;

/// <summary>What an audit looks with, put together for who asks. Made once and used for many identities: probes share what they have learnt of zones, lists and this machine.</summary>
internal sealed class AuditProbes : IDisposable
{
    private readonly ImmutableArray<IDisposable> _owned;

    private AuditProbes(IEnumerable<IFactProbe?> all, params IDisposable?[] owned)
    {
        All = [.. all.OfType<IFactProbe>()];
        _owned = [.. owned.OfType<IDisposable>()];
    }

    public ImmutableArray<IFactProbe> All { get; }

    /// <summary>For an identity that isn't ours: DNS, and nothing that touches servers of its owner or of third parties unless asked for.</summary>
    /// <param name="looked">Told before name servers are looked at again.</param>
    public static AuditProbes ForAnybody(AuditWish wish, Resolver dns, TimeProvider time, Action<int> looked)
    {
        var survey = new DnsSurvey(dns, new SurveySettings { Vantage = Environment.MachineName, TotalTime = TimeSpan.FromSeconds(15) }, time);
        var pipes = new SocketPipes(new SocketSettings(), time);
        var pages = wish.Page ? new OperatorPageProbe(dns, wish.TreatAsPublic, time) : null;
        var registry = wish.Registry ? new RdapRegistry(new RdapSettings(), time) : null;
        return new AuditProbes(
            [
                new AuditorProbe(survey, () => null, time), // whether a stranger's source is translated, and on which side we are, nobody knows
                new ZoneProbe(survey, new ZoneProbeOptions { MoreLooks = wish.Looks - 1, Looked = looked }, time),
                new NameProbe(dns),
                new AuthenticationProbe(dns, time, wish.Mailboxes ? new MailboxProbe(new Dialer(pipes, time), new DeliveryTimeouts(), time) : null, pages),
                wish.Inbound ? new InboundProbe(new InboundVisitor(new InboundVisitSettings(), time), dns, new InboundOptions { TryRelaying = wish.TryRelaying }) : null,
                wish.Lists.IsEmpty && !wish.Registry ? null : new ListingProbe(dns, registry, new ListingOptions { Lists = wish.Lists, AskRegistry = wish.Registry }, time),
            ],
            survey, pages, registry);
    }

    /// <summary>For the sources of a relay, from the node they leave from.</summary>
    public static AuditProbes ForRelay(NamesakeConfiguration configuration, Func<RelayModel> model, Resolver dns, SocketPipes pipes, IIdentityStore store, OutputSamples outputs, ReportBook reports, PlanWorkshop? plans, TimeProvider time)
    {
        var survey = new DnsSurvey(dns, new SurveySettings { Vantage = configuration.Relay.Node }, time);
        var view = new HostView(time);
        var firewall = new FirewallProbe(time);
        var registry = configuration.Listing.AskRegistry ? new RdapRegistry(new RdapSettings(), time) : null;
        var dialer = new Dialer(pipes, time);
        var own = plans is null ? null : new OwnWorkProbe(plans.Store, plans.Providers, plans.Firewalls, time);
        return new AuditProbes(
            [
                new AuditorProbe(survey, () => Vantages(model()), time),
                new ZoneProbe(survey, new ZoneProbeOptions(), time),
                own,
                new NameProbe(dns),
                new AuthenticationProbe(dns, time),
                new OutputProbe(outputs, () => model().Brands, () => model().Sources),
                new ReportProbe(reports, () => model().Brands, () => model().Sources),
                new HostProbe(view),
                firewall,
                new OutboundProbe(dialer, new Uplinks(view, pipes, time), model, dns, configuration.Delivery.Timeouts, time),
                new InboundProbe(new InboundVisitor(new InboundVisitSettings { Step = TimeSpan.FromSeconds(8), Whole = TimeSpan.FromSeconds(40) }, time), dns, new InboundOptions()),
                new ListingProbe(dns, registry, configuration.Listing, time),
                configuration.Listing.MailEcho is { } service ? new MailEchoProbe(new MailEcho(dialer, configuration.Delivery.Timeouts, time), dns, service, store, time) : null,
            ],
            survey, firewall, registry, own);
    }

    /// <summary>A witness stands outside of whatever translates our sources; the node they leave from stands where they do.</summary>
    private static ImmutableArray<Vantage>? Vantages(RelayModel model) =>
        [new Vantage($"this node, {model.Node}", VantagePlace.Inside), .. model.Witnesses.Select(witness => new Vantage($"witness {witness.Host}", VantagePlace.Outside))];

    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
    }
}
