using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A server with several addresses lets its operating system pick one. The mail leaves as somebody else and is refused, by real receivers
/// in their own words.</summary>
public sealed class TheFaultOf2007(LabFixture lab) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Fact]
    public async Task Left_to_the_kernel_mail_leaves_from_the_wrong_address()
    {
        var sent = await new Swaks(Acme.Ehlo).SendAsync(Lab.Relay, LabReceivers.Echo, Tag);

        sent.MustBeAccepted();
        Assert.Contains($"at your service, [{LabPlan.DefaultPublic}]", sent.Transcript, StringComparison.Ordinal);
        Assert.Equal(LabPlan.DefaultPublic, Assert.Single(Lab.Echo.WithSubject(Tag)).Client);
    }

    [Fact]
    public async Task Left_to_the_kernel_Postfix_refuses_the_client()
    {
        var sent = await new Swaks(Acme.Ehlo).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag);

        Assert.Equal($"550 5.7.25 Client host rejected: cannot find your hostname, [{LabPlan.DefaultPublic}]", sent.Refusal);
    }

    [Fact]
    public async Task Left_to_the_kernel_Exim_refuses_the_name()
    {
        var sent = await new Swaks(Acme.Ehlo).SendAsync(Lab.Relay, LabReceivers.Exim, Tag);

        Assert.Contains("550 EHLO argument does not match calling host", sent.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_to_the_kernel_a_host_with_public_addresses_fares_no_better()
    {
        var postfix = await new Swaks(Acme.EdgeEhlo).SendAsync(Lab.Edge, LabReceivers.Postfix, Tag);
        var exim = await new Swaks(Acme.EdgeEhlo).SendAsync(Lab.Edge, LabReceivers.Exim, Tag);

        Assert.Equal($"550 5.7.25 Client host rejected: cannot find your hostname, [{LabPlan.EdgeKernelsChoice}]", postfix.Refusal);
        Assert.Contains("550 EHLO argument does not match calling host", exim.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Brands))]
    public async Task Bound_to_its_address_with_its_name_a_brand_is_accepted_by_both(string id)
    {
        var brand = LabBrand.All.Single(brand => brand.Id == id);
        var swaks = new Swaks(brand.Ehlo, brand.Local) { From = $"ann@{brand.Domain}" };

        (await swaks.SendAsync(Lab.Relay, LabReceivers.Postfix, Tag)).MustBeAccepted();
        (await swaks.SendAsync(Lab.Relay, LabReceivers.Exim, Tag)).MustBeAccepted();

        await ArrivesFromAsync(Lab.Postfix.Inbox, brand.Public, brand.Ehlo);
        await ArrivesFromAsync(Lab.Exim.Inbox, brand.Public, brand.Ehlo);
    }

    [Fact]
    public async Task Bound_on_a_host_with_public_addresses_a_brand_is_accepted_by_both()
    {
        var swaks = new Swaks(Acme.EdgeEhlo, Acme.Edge);

        (await swaks.SendAsync(Lab.Edge, LabReceivers.Postfix, Tag)).MustBeAccepted();
        (await swaks.SendAsync(Lab.Edge, LabReceivers.Exim, Tag)).MustBeAccepted();

        await ArrivesFromAsync(Lab.Postfix.Inbox, Acme.Edge, Acme.EdgeEhlo);
        await ArrivesFromAsync(Lab.Exim.Inbox, Acme.Edge, Acme.EdgeEhlo);
    }

    [Fact]
    public async Task Over_IPv6_the_bound_address_is_accepted_and_the_kernels_is_refused()
    {
        var bound = await new Swaks(Acme.Ehlo, Acme.V6).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag, LabPlan.V6Of(LabPlan.Postfix));
        var unbound = await new Swaks(Acme.Ehlo).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag, LabPlan.V6Of(LabPlan.Postfix));

        bound.MustBeAccepted();
        Assert.Equal("550 5.7.25 Client host rejected: cannot find your hostname, [2001:db8:77::2]", unbound.Refusal);
        await ArrivesFromAsync(Lab.Postfix.Inbox, Acme.V6, Acme.Ehlo);
    }

    [Fact]
    public async Task Under_another_brands_address_Postfix_is_content_and_Exim_is_not()
    {
        var swaks = new Swaks(Acme.Ehlo, LabBrand.Bravo.Local);

        (await swaks.SendAsync(Lab.Relay, LabReceivers.Postfix, Tag)).MustBeAccepted();
        var exim = await swaks.SendAsync(Lab.Relay, LabReceivers.Exim, Tag);

        // Why both kinds of receiver are in the lab: only one of them sees that the name belongs to another address.
        await ArrivesFromAsync(Lab.Postfix.Inbox, LabBrand.Bravo.Public, Acme.Ehlo);
        Assert.Contains("550 EHLO argument does not match calling host", exim.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_found_is_refused_by_Postfix()
    {
        var sent = await new Swaks("nowhere.acme.example", Acme.Local).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag);

        Assert.Equal("550 5.7.1 <nowhere.acme.example>: Helo command rejected: Host not found", sent.Refusal);
    }

    [Fact]
    public async Task A_name_without_a_dot_is_refused_by_Postfix()
    {
        var sent = await new Swaks("relay", Acme.Local).SendAsync(Lab.Relay, LabReceivers.Postfix, Tag);

        Assert.Equal("504 5.5.2 <relay>: Helo command rejected: need fully-qualified hostname", sent.Refusal);
    }

    [Fact]
    public async Task Another_address_on_the_host_changes_nothing_for_what_is_bound()
    {
        await Lab.Relay.AddAddressAsync(IPAddress.Parse("10.77.1.99"), 24);

        (await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Exim, Tag)).MustBeAccepted();

        await ArrivesFromAsync(Lab.Exim.Inbox, Acme.Public, Acme.Ehlo);
    }

    [Fact]
    public async Task An_address_that_is_gone_cannot_be_sent_from()
    {
        await Lab.Relay.RemoveAddressAsync(Acme.Local, 24);
        var gone = await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Echo, Tag);
        Assert.Contains("Cannot assign requested address", gone.Transcript, StringComparison.Ordinal);
        Assert.Empty(Lab.Echo.Sessions);

        await Lab.Relay.RestoreAddressesAsync();
        (await new Swaks(Acme.Ehlo, Acme.Local).SendAsync(Lab.Relay, LabReceivers.Echo, Tag)).MustBeAccepted();
    }

    public static TheoryData<string> Brands() => [.. LabBrand.All.Select(brand => brand.Id)];

    private async Task ArrivesFromAsync(Maildir inbox, IPAddress client, string helo)
    {
        var arrived = await Eventually.GetAsync(
            $"one message with subject {Tag}",
            () => Task.FromResult(inbox.WithSubject(Tag)),
            messages => messages.Count > 0,
            seen: () => $"postfix:\n{Lab.Postfix.Log}\nexim:\n{Lab.Exim.Log}");
        var message = Assert.Single(arrived);
        Assert.Equal((client, helo), (message.Client, message.Helo));
    }
}
