using Namesake.Core.Brands;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Brands;

/// <summary>Three brands: two that refuse foreign senders, and one that forwards for them.</summary>
internal static class SomeBrands
{
    public static readonly BrandId Acme = new("acme"), Bravo = new("bravo"), Forwarder = new("forwarder");

    public static readonly BrandDirectory All = new(
    [
        Brand(Acme, "acme.test") with { ReturnPathDomain = DomainName.Parse("bounces.acme.test") },
        Brand(Bravo, "bravo.test"),
        Brand(Forwarder, "forwarder.test") with { ForeignSenders = ForeignSenders.Srs, SrsSecret = "a secret of some length", ReturnPathDomain = DomainName.Parse("fw.test") },
    ]);

    private static Brand Brand(BrandId id, string domain) => new() { Id = id, SenderDomains = [DomainName.Parse(domain)], Sources = [new SourceId("any")] };
}
