using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Tests.Configuration;

public sealed class WholeFileTests
{
    // The shape the product was asked for; addresses for documentation are told as a warning, never refused.
    private static readonly string Asked = $$"""
        node: relay1
        data: ./data
        listeners:
          - { address: "0.0.0.0:25", brand: acme, relayFrom: ["10.0.0.0/8"] }   # a brand here, or found per message
        brands:
          - { id: acme, senderDomains: [acme.example], policy: strict, sources: [acme-v4, acme-v6] }
        sources:
          - { id: acme-v4, localAddress: 10.0.0.5, publicAddress: 203.0.113.5, ehlo: mail.acme.example }
          - { id: acme-v6, localAddress: "2001:db8::5", publicAddress: "2001:db8::5", ehlo: mail.acme.example }
        routes:                                  # optional; MX otherwise
          - { domains: ["*"], via: "127.0.0.1:2526", connections: 100 }
        users:                                   # who may submit with AUTH; secrets as a hash or from a file
          - { name: app1, brand: acme, passwordHash: "{{PasswordHash.Of("secret", PasswordHash.FewestIterations)}}" }
        resolvers: ["127.0.0.1:53"]
        api: { address: "127.0.0.1:8025" }
        """;

    [Fact]
    public void Every_part_of_the_asked_shape_reaches_the_model()
    {
        var configuration = ConfigurationText.Good(Asked, "/srv/relay");

        var relay = configuration.Relay;
        Assert.Equal("relay1", relay.Node);
        Assert.Equal("/srv/relay/data", configuration.DataDirectory);
        var listener = Assert.Single(relay.Listeners);
        Assert.Equal(IPEndPoint.Parse("0.0.0.0:25"), listener.Address);
        Assert.Equal(new BrandId("acme"), listener.Brand);
        Assert.Equal("10.0.0.0/8", Assert.Single(listener.RelayFrom).ToString());
        var brand = relay.Brands.Find(new BrandId("acme"))!;
        Assert.Equal("acme.example", Assert.Single(brand.SenderDomains).Value);
        Assert.Equal(IdentityPolicy.Strict, brand.Policy);
        Assert.Equal([new SourceId("acme-v4"), new SourceId("acme-v6")], brand.Sources);
        Assert.Equal(TimeSpan.FromDays(5), brand.Expiry);
        var source = relay.Sources.Find(new SourceId("acme-v4"))!;
        Assert.Equal(IPAddress.Parse("10.0.0.5"), source.LocalAddress);
        Assert.Equal(IPAddress.Parse("203.0.113.5"), source.PublicAddress);
        Assert.Equal("mail.acme.example", source.Ehlo.Value);
        Assert.Equal(2, relay.Sources.PoolOf(source.Ehlo).Length);
        var route = Assert.Single(relay.Routes);
        Assert.True(route.Matches(Protocol.Addresses.DomainName.Parse("anything.example.org")));
        Assert.Equal(("127.0.0.1", 2526, 100, RouteIdentity.Public), (route.Host, route.Port, route.Connections, route.Identity));
        var user = Assert.Single(relay.Users);
        Assert.Equal(("app1", new BrandId("acme")), (user.Name, user.Brand));
        Assert.True(user.PasswordHash.Verify("secret"));
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:53"), Assert.Single(configuration.Resolver.Resolvers));
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8025"), configuration.Api.Address);
    }

    [Fact]
    public void All_errors_come_at_once_in_the_order_of_the_file_with_line_and_column()
    {
        var reading = ConfigurationText.Read("""
            node: relay 1
            listeners:
              - { address: "0.0.0.0:99999", brand: acne }
            brands:
              - { id: acme, senderDomains: [acme.test], sources: [acme-v5], polcy: strict }
            sources:
              - id: acme-v4
                localAddress: 10.0.0.5
                publicAddress: 10.0.0.5
                ehlo: localhost
            """);

        Assert.Null(reading.Configuration);
        var errors = reading.Problems.Where(problem => problem.IsError).Select(problem => problem.ToString()).ToList();
        Assert.Collection(errors,
            error => Assert.StartsWith("namesake.yaml:1:7: error: node: \"relay 1\" is no name", error, StringComparison.Ordinal),
            error => Assert.StartsWith("namesake.yaml:3:16: error: listeners: address: \"0.0.0.0:99999\" has no valid port", error, StringComparison.Ordinal),
            error => Assert.Equal("namesake.yaml:3:40: error: listeners: brand: there is no brand \"acne\"; did you mean \"acme\"?", error),
            error => Assert.Equal("namesake.yaml:5:55: error: brands: acme: there is no source \"acme-v5\"; did you mean \"acme-v4\"?", error),
            error => Assert.Equal("namesake.yaml:5:65: error: brands: polcy: is no key we know; did you mean \"policy\"?", error),
            error => Assert.StartsWith("namesake.yaml:9:20: error: EG-05: sources: acme-v4: publicAddress 10.0.0.5 is not public: private use", error, StringComparison.Ordinal),
            error => Assert.StartsWith("namesake.yaml:10:11: error: sources: ehlo: \"localhost\" is no host name: EH-03", error, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_written_has_the_documented_default()
    {
        var configuration = ConfigurationText.Good(ConfigurationText.Small);

        Assert.Equal(52_428_800, configuration.Relay.MaximumMessageBytes);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8025"), configuration.Api.Address);
        Assert.Equal(new IdentityOptions(), configuration.Identity);
        Assert.Equal(new SubmissionLimits(), configuration.Submission);
        Assert.Equal(TimeSpan.FromMinutes(5), configuration.Delivery.Retry.Waits[0]);
        Assert.Empty(configuration.Resolver.Resolvers);
        Assert.Empty(configuration.Relay.TreatAsPublic);
    }
}
