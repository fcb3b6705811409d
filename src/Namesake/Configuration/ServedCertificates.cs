using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Network.Inbound;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration;

/// <summary>From the configured certificates, brands and listeners to what the checks TL-01, TL-05 and TL-06 read of one source.</summary>
public static class ServedCertificates
{
    /// <param name="judge">Says whether clients would trust a chain.</param>
    public static CertificateFacts Of(Source source, RelayModel model, ChainJudge judge, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(judge);
        var brands = model.Brands.All.ToLookup(brand => brand.Sources.Contains(source.Id));
        // What two brands declare in common tells nobody of a link that isn't meant.
        var own = brands[true].SelectMany(brand => NamesOf(brand, model)).Append(source.Ehlo.Domain).ToImmutableHashSet();
        var others = brands[false].SelectMany(brand => NamesOf(brand, model).Where(name => !own.Contains(name)).Select(name => new OtherBrandName(name, brand.Id.Value)));
        // Made for the name: the one a client gets that asks for it, unless that is only the first for want of a better.
        var made = CertificateChoice.For(model, source.Ehlo.Value, source.Ehlo) is { } chosen && (IsMadeFor(chosen, source.Ehlo) || Sight(chosen, judge)!.Covers(source.Ehlo.Value)) ? chosen : null;
        return new CertificateFacts(Sight(made, judge), [.. ListenersOn(source, model, judge)], [.. own], [.. others.DistinctBy(other => other.Name)], now);
    }

    // Only those bound to the address itself: on a wildcard many names meet, and a neutral one may be meant.
    private static IEnumerable<ListenerCertificates> ListenersOn(Source source, RelayModel model, ChainJudge judge) =>
        from listener in model.Listeners
        where listener.Address.Address.Equals(source.LocalAddress)
        let name = ListenerName.Of(listener, model)
        select new ListenerCertificates(
            new IPEndPoint(listener.Address.Address, listener.Address.Port), Sight(CertificateChoice.For(model, source.Ehlo.Value, name), judge), Sight(CertificateChoice.For(model, null, name), judge));

    private static IEnumerable<DomainName> NamesOf(Brand brand, RelayModel model) =>
        brand.SenderDomains.Concat(brand.Sources.Select(model.Sources.Find).OfType<Source>().Where(source => !source.Shared).Select(source => source.Ehlo.Domain));

    private static bool IsMadeFor(CertificateModel certificate, HostName name) => CertificateChoice.Serves(certificate, name.Value);

    private static CertificateSight? Sight(CertificateModel? model, ChainJudge judge) =>
        model is null ? null : CertificateSight.Of(model.Certificate, model.Intermediates, judge.Judge(model.Certificate, model.Intermediates));
}
