using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Submission;

public sealed class SubmitterNameTests
{
    private static readonly Brand Acme = new() { Id = new BrandId("acme"), SenderDomains = [DomainName.Parse("acme.test")], Sources = [new SourceId("a")] };

    [Theory]
    [InlineData("ann", "Bob@acme.test", "ann")]
    [InlineData(null, "Bob+news@ACME.test", "bob@acme.test@10.0.0.9")]
    [InlineData(null, "+odd@acme.test", "+odd@acme.test@10.0.0.9")]
    [InlineData(null, "outside@example.org", "10.0.0.9")]
    [InlineData(null, null, "10.0.0.9")]
    public void A_submitter_is_the_login_else_the_sender_at_the_client_else_the_client(string? user, string? sender, string name) =>
        Assert.Equal(name, SubmitterName.Of(user, IPAddress.Parse("10.0.0.9"), Acme, sender is null ? null : Mailbox.Parse(sender)));

    [Theory]
    [InlineData("bob@acme.test@10.0.0.9", "acme.test")]
    [InlineData("bob@acme.test@2001:db8::1", "acme.test")]
    [InlineData("bob@acme.test", "acme.test")]
    [InlineData("10.0.0.9", null)]
    [InlineData("ann", null)]
    [InlineData("@10.0.0.9", null)]
    [InlineData("a@10.0.0.9", null)]
    public void The_name_tells_the_senders_domain(string name, string? domain) => Assert.Equal(domain, SubmitterName.DomainOf(name));
}
