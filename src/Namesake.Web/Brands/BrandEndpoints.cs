using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Sources;
using Namesake.Web.Queue;

namespace Namesake.Web.Brands;

/// <summary>/api/v1/brands: the names mail is sent under.</summary>
internal sealed class BrandEndpoints(RunningRelay relay, QueueTotals totals)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/brands", (Delegate)ListAsync);

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem))
            return Answers.Of(problem);
        var waiting = (await totals.ReadAsync(http.RequestAborted)).ByBrand;
        ImmutableArray<BrandView> brands = [.. relay.Model().Brands.All.Select(brand => Shown(brand, waiting.GetValueOrDefault(brand.Id)))];
        return Answers.Json(new Page<BrandView>(brands, null), ApiJson.Default.PageBrandView);
    }

    private BrandView Shown(Brand brand, long waiting)
    {
        ImmutableArray<(SourceId Id, SourceStanding? Standing)> sources = [.. brand.Sources.Select(id => (id, relay.Identity.Of(id)))];
        return new BrandView(
            brand.Id.Value,
            [.. brand.SenderDomains.Select(domain => domain.Value)],
            brand.Policy.ToString().ToLowerInvariant(),
            brand.ForeignSenders.ToString().ToLowerInvariant(),
            brand.BounceDomain.Value,
            brand.Expiry.TotalSeconds,
            [.. sources.Select(source => new BrandSourceView(source.Id.Value, (source.Standing?.Verdict ?? Verdict.Unknown).ToString().ToLowerInvariant(), source.Standing?.Hold?.Describe()))],
            waiting,
            sources.Any(source => source.Standing is { IsOpen: true }),
            [.. brand.Dkim.All.Select(signer => new DkimView(
                signer.Domain.Value, signer.Selector, signer.Key.AlgorithmName, signer.Key.Bits, signer.RecordName.Value, signer.RecordText, signer.RecordStrings))],
            brand.Reseller?.Value,
            SendingLimitsView.Of(brand.Limits),
            relay.Model().Brands.ResellerOf(brand) is { } reseller ? SendingLimitsView.Of(reseller.Limits) : null,
            SendingLimitsView.Of(brand.SenderLimits));
    }
}
