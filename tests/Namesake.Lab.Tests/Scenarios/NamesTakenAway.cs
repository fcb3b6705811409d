using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Names;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>What real receivers make of DNS that changes under a sender who does everything right.</summary>
public sealed class NamesTakenAway(LabFixture lab) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly Swaks Proper = new(Acme.Ehlo, Acme.Local);
    private static readonly string NoName = $"550 5.7.25 Client host rejected: cannot find your hostname, [{Acme.Public}]";

    [Fact]
    public async Task Without_its_PTR_a_source_is_refused_and_with_it_accepted_again()
    {
        await Lab.Authority.RemovePointerAsync(Acme.Public);
        await UntilRefusedAsync(LabReceivers.Postfix, NoName);

        await Lab.Authority.RestorePointerAsync(Acme.Public);
        await UntilAcceptedAsync(LabReceivers.Postfix);
    }

    [Fact]
    public async Task With_a_PTR_to_another_name_a_source_is_refused()
    {
        await Lab.Authority.SetPointerAsync(Acme.Public, "dsl-5.access.provider.example");

        await UntilRefusedAsync(LabReceivers.Postfix, NoName);
    }

    [Fact]
    public async Task Without_the_forward_address_both_receivers_refuse()
    {
        // Its IPv6 address goes as well: an EHLO name that has any address satisfies Postfix.
        await Lab.Authority.SetAsync(Acme.Ehlo, "A");
        await Lab.Authority.SetAsync(Acme.Ehlo, "AAAA");

        await UntilRefusedAsync(LabReceivers.Postfix, NoName);
        await UntilRefusedAsync(LabReceivers.Exim, "550 EHLO argument does not match calling host");
    }

    [Fact]
    public async Task A_forward_address_that_points_elsewhere_is_refused_by_both()
    {
        await Lab.Authority.SetAsync(Acme.Ehlo, "A", "198.51.100.77");

        await UntilRefusedAsync(LabReceivers.Postfix, NoName);
        await UntilRefusedAsync(LabReceivers.Exim, "550 EHLO argument does not match calling host");
    }

    [Fact]
    public async Task Both_name_servers_tell_the_same_after_every_change()
    {
        await Lab.Authority.SetPointerAsync(Acme.Public, "other.acme.example", "more.acme.example");
        Assert.Equal(["more.acme.example.", "other.acme.example."], await AskAsync(LabPlan.Names));
        Assert.Equal(["more.acme.example.", "other.acme.example."], await AskAsync(LabPlan.Names2));

        await Lab.Authority.RestorePointerAsync(Acme.Public);
        Assert.Equal([$"{Acme.Ehlo}."], await AskAsync(LabPlan.Names));
        Assert.Equal([$"{Acme.Ehlo}."], await AskAsync(LabPlan.Names2));
    }

    [Fact]
    public async Task A_restarted_name_server_still_knows_what_was_changed()
    {
        await Lab.Authority.RemovePointerAsync(Acme.Public);

        await Lab.Authority.Primary.RestartAsync();

        await Eventually.TrueAsync("the primary answers again, without the PTR", async () =>
            (await Lab.Relay.RunAsync("dig", "+tries=1", "+time=1", $"@{LabPlan.Names}", "-x", Acme.Public.ToString())).Output.Contains("status: NXDOMAIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secondary_cut_off_goes_on_telling_what_it_knew()
    {
        await Lab.Authority.CutSecondaryOffAsync();
        await Lab.Authority.RemovePointerAsync(Acme.Public);

        Assert.Empty(await AskAsync(LabPlan.Names));
        Assert.Equal([$"{Acme.Ehlo}."], await AskAsync(LabPlan.Names2));

        await Lab.Authority.ReconnectSecondaryAsync();
        Assert.Empty(await AskAsync(LabPlan.Names2));
    }

    private async Task<IEnumerable<string>> AskAsync(System.Net.IPAddress server)
    {
        var answer = (await Lab.Relay.RunAsync("dig", "+short", $"@{server}", Reverse.NameOf(Acme.Public), "PTR")).MustSucceed();
        return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    private async Task UntilRefusedAsync(LabReceiver by, string words) =>
        await Eventually.GetAsync(
            $"{by.Host} refuses with {words}",
            async () => (await Proper.SendAsync(Lab.Relay, by, Tag)).Refusal,
            refusal => refusal.Contains(words, StringComparison.Ordinal),
            seen: () => Lab.OutsideResolver.Log);

    private async Task UntilAcceptedAsync(LabReceiver by) =>
        await Eventually.GetAsync(
            $"{by.Host} accepts",
            () => Proper.SendAsync(Lab.Relay, by, Tag),
            sent => sent.ExitCode == 0,
            seen: () => Lab.OutsideResolver.Log);
}
