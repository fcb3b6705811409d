using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Puts the names seen in mail that left by a source into its facts, and says whose those of other brands are. For AU-07.</summary>
public sealed class OutputProbe(OutputSamples samples, Func<BrandDirectory> brands, Func<SourceDirectory> sources) : IFactProbe
{
    public string Name => "mail that left";

    public Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var (allBrands, allSources) = (brands(), sources());
        var names = ImmutableArray.CreateBuilder<OutputName>();
        foreach (var (id, name) in samples.Of(basis.Source.Id))
            if (allBrands.Find(id) is { } brand)
                names.Add(name with { OtherBrand = OtherThan(brand, name.Name, allBrands, allSources) });
        var output = names.Count == 0 ? null : new OutputFacts(names.ToImmutable());
        return Task.FromResult<Func<IdentityFacts, IdentityFacts>>(facts => output is null ? facts : facts with { Authentication = (facts.Authentication ?? new AuthenticationFacts()) with { Output = output } });
    }

    /// <summary>What stands under a name of the brand itself is its own, even where another brand lives further down.</summary>
    private static string? OtherThan(Brand brand, string text, BrandDirectory brands, SourceDirectory sources)
    {
        if (!DomainName.TryParse(text, out var name, out _))
            return null;
        var own = brand.SenderDomains.Append(brand.BounceDomain).Concat(brand.Sources.Select(sources.Find).OfType<Source>().Select(source => source.Ehlo.Domain));
        if (own.Any(name.IsEqualOrUnder))
            return null;
        for (var part = name; part is not null; part = part.Parent)
        {
            if (brands.OwnerOfReversePath(part) is { } owner && owner.Id != brand.Id)
                return $"brand {owner.Id} ({part})";
            // A shared source's name is neutral: it is no brand's.
            if (HostName.TryCreate(part, out var host, out _) && sources.PoolOf(host).FirstOrDefault(source => !source.Shared) is { } foreign)
                return $"{brands.All.FirstOrDefault(other => other.Sources.Contains(foreign.Id)) switch { { } other => $"brand {other.Id}", null => $"source {foreign.Id}" }} ({part})";
        }
        return null;
    }
}
