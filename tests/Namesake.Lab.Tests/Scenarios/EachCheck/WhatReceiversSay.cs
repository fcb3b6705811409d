using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What receivers answer to mail, what they call us, and what of the past is remembered.</summary>
public sealed class WhatReceiversSay(LabFixture lab, RememberingRelay remembering) : LabTest(lab), IClassFixture<RememberingRelay>
{
    private static readonly LabBrand Acme = LabBrand.Acme, Bravo = LabBrand.Bravo, Cargo = LabBrand.Cargo;

    private static readonly IPAddress NotOurs = IPAddress.Parse("192.0.2.200");

    private int _loads;

    private RelayUnderTest Relay => remembering.Relay;

    [Fact]
    [Trait("Check", "FB-10")]
    public async Task A_translation_that_nobody_sees_from_outside_is_FB10()
    {
        var behind = await Relay.Api.AuditAsync("bravo-v4");
        Assert.Equal(("bad", "aligned"), (behind.Of("FB-10").Outcome, behind.Verdict));
        Assert.Contains(behind.Findings, finding => finding is { Check: "FB-10", Severity: "WARN" });
        Assert.Equal("pass", (await Relay.Api.AuditAsync("bravo-v6")).Of("FB-10").Outcome); // not translated: there is no inside
    }

    [Fact]
    [Trait("Check", "FB-01")]
    public async Task Three_organisations_that_refuse_for_the_same_are_FB01_until_one_of_them_takes_mail()
    {
        EchoReceiver[] receivers = [Lab.Echo, Lab.Stranger, Lab.Quiet];
        foreach (var receiver in receivers)
        {
            await ArrivesAsync(Acme, receiver);
        }

        // One message is on its way when the refusals begin, and taken when they have held the source: no trial need be waited for.
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Lab.Echo.Habits = Lab.Echo.Usual with { BeforeContentReply = () => open.Task };
        var under = Lab.Echo.Messages.Count;
        await MailAsync(Acme, Lab.Echo.Place.Domain);
        await Eventually.TrueAsync("its content has arrived", () => Lab.Echo.Messages.Count > under, seen: () => Relay.Log);

        var row = new Row(Relay, "acme-v4", "FB-01") { Sound = "not-applicable" };
        var before = await Relay.Api.AuditAsync("acme-v4");
        Assert.Equal("not-applicable", before.Of("FB-01").Outcome);
        foreach (var receiver in receivers)
        {
            receiver.Habits = receiver.Usual with { MailReply = Refusal(Acme.Public) };
            await MailAsync(Acme, receiver.Place.Domain);
        }

        await row.FailsAsync(before, "FB-01 HOLD", "FB-02 INFO");
        foreach (var receiver in receivers)
        {
            receiver.Habits = receiver.Usual;
        }

        open.SetResult();
        await Eventually.GetAsync("its mail being taken has released it", () => Relay.Api.AuditAsync("acme-v4"), seen => seen.Of("FB-01").Outcome == "pass" && seen.Verdict == "aligned", seen: () => Relay.Log);
    }

    [Fact]
    [Trait("Check", "FB-02")]
    public async Task A_refusal_that_DNS_gives_the_lie_is_FB02_and_quotes_nobody_else()
    {
        var before = await Relay.Api.AuditAsync("bravo-v4");
        Assert.Equal(("not-applicable", "not-applicable"), (before.Of("FB-02").Outcome, before.Of("FB-03").Outcome));
        Lab.Echo.Habits = Lab.Echo.Usual with { MailReply = Refusal(Bravo.Public) };
        await MailAsync(Bravo, Lab.Echo.Place.Domain);

        var seen = await new Row(Relay, "bravo-v4", "FB-02").FailsAsync(before, "FB-02 INFO");

        Assert.Equal("pass", seen.Of("FB-03").Outcome);
    }

    [Fact]
    [Trait("Check", "FB-03")]
    public async Task A_refusal_that_quotes_another_address_is_FB03_and_stops_that_lane_alone()
    {
        var before = await Relay.Api.AuditAsync("cargo-v4");
        Lab.Quiet.Habits = Lab.Quiet.Usual with { MailReply = Refusal(NotOurs) };
        await MailAsync(Cargo, Lab.Quiet.Place.Domain);

        // FB-02 beside it: DNS gives that refusal the lie, too.
        await new Row(Relay, "cargo-v4", "FB-03") { HoldsALaneOnly = true }.FailsAsync(before, "FB-02 INFO", "FB-03 HOLD");

        // A receiver that sees the right address since is the better witness.
        await ArrivesAsync(Cargo, Lab.Echo);
        await Eventually.GetAsync("it passes again", () => Relay.Api.AuditAsync("cargo-v4"), seen => seen.Of("FB-03").Outcome == "pass", seen: () => Relay.Log);
    }

    [Fact]
    [Trait("Check", "FB-04")]
    public Task A_receiver_that_takes_our_name_for_forged_is_FB04() =>
        IsCalledAsync(Acme, "acme-v6", "FB-04 FAIL", (name, address) => $"Hello {name} [IPv6:{address}] (may be forged), pleased to meet you");

    [Fact]
    [Trait("Check", "FB-05")]
    public Task A_receiver_that_finds_no_name_where_we_find_one_is_FB05() =>
        IsCalledAsync(Bravo, "bravo-v6", "FB-05 INFO", (_, address) => $"Hello [IPv6:{address}], pleased to meet you");

    [Fact]
    [Trait("Check", "EH-10")]
    public async Task A_receiver_that_bears_our_own_name_is_EH10_and_nothing_is_said_to_it()
    {
        const string Domain = "own.cargo.example";
        await ArrivesAsync(Cargo, Lab.Echo);
        var before = await Relay.Api.AuditAsync("cargo-v4");
        Assert.Equal("pass", before.Of("EH-10").Outcome);
        await Lab.Authority.SetAsync(Domain, "MX", [$"10 {Cargo.Ehlo}."]);
        await MailAsync(Cargo, Domain);

        await new Row(Relay, "cargo-v4", "EH-10") { HoldsALaneOnly = true }.FailsAsync(before, "EH-10 HOLD");

        await Lab.Authority.SetAsync(Domain, "MX", [$"10 {LabReceivers.Quiet.Host}."]);
        await Eventually.GetAsync("it passes again", () => Relay.Api.AuditAsync("cargo-v4"), seen => seen.Of("EH-10").Outcome == "pass", TimeSpan.FromSeconds(60), () => Relay.Log);
    }

    [Fact]
    [Trait("Check", "EH-08")]
    public async Task A_name_that_was_another_yesterday_is_EH08_as_a_warning()
    {
        var before = await Relay.Api.AuditAsync("cargo-v6");
        Assert.Equal("pass", before.Of("EH-08").Outcome);
        await IsNamedAsync("mail2.cargo.example");
        await IsNamedAsync(Cargo.Ehlo);

        await new Row(Relay, "cargo-v6", "EH-08").FailsAsync(before, "EH-08 WARN");
    }

    [Fact]
    [Trait("Check", "PT-12")]
    public async Task A_PTR_that_keeps_changing_is_PT12()
    {
        var before = await Relay.Api.AuditAsync("bravo-v6");
        Assert.Equal("unknown", before.Of("PT-12").Outcome); // it wasn't watched for thirty days yet
        foreach (var names in new[] { new[] { Bravo.Ehlo, "second.bravo.example" }, [Bravo.Ehlo], [Bravo.Ehlo, "third.bravo.example"], [Bravo.Ehlo] })
        {
            await Lab.Authority.SetPointerAsync(Bravo.V6, names);
            await Relay.Api.ProbeAsync("bravo-v6");
        }

        await new Row(Relay, "bravo-v6", "PT-12").FailsAsync(before, "PT-12 WARN");
    }

    private async Task IsCalledAsync(LabBrand brand, string source, string expected, Func<string, IPAddress, string> welcome)
    {
        await GreetsAsync(brand);
        var check = expected.Split(' ')[0];
        await Eventually.GetAsync("the receiver calls us by our name", () => Relay.Api.AuditAsync(source), seen => seen.Of(check).Outcome == "pass" && seen.Of("EH-14").Outcome == "pass", seen: () => Relay.Log); // in TLS by the same name
        await new Row(Relay, source, check).FailsAsync(
            async () =>
            {
                Lab.Stranger.Habits = Lab.Stranger.Usual with { Welcome = welcome };
                await GreetsAsync(brand);
                return new Undo(() =>
                {
                    Lab.Stranger.Habits = Lab.Stranger.Usual;
                    return GreetsAsync(brand);
                });
            },
            expected);
    }

    // To the end of the session: what comes before that goes along in it, without another greeting.
    private async Task GreetsAsync(LabBrand brand)
    {
        var before = Lab.Stranger.Messages.Count;
        await MailAsync(brand, $"v6.{Lab.Stranger.Place.Domain}");
        await Eventually.TrueAsync("it arrives, and the session ends", () => Lab.Stranger.Messages.Count > before && Lab.Stranger.Sessions.All(session => session.IsOver), seen: () => Relay.Log);
    }

    private async Task IsNamedAsync(string ehlo)
    {
        await Relay.ConfigureAsync(RememberingRelay.Configuration with { Brands = [Acme, Bravo, Cargo with { Ehlo = ehlo }] });
        Relay.Reload();
        await Eventually.GetAsync($"its name is {ehlo}", () => Relay.Api.AuditAsync("cargo-v6"), seen => seen.Ehlo == ehlo, seen: () => Relay.Log);
    }

    private async Task ArrivesAsync(LabBrand brand, EchoReceiver receiver)
    {
        var before = receiver.Messages.Count;
        await MailAsync(brand, receiver.Place.Domain);
        await Eventually.TrueAsync($"{receiver.Place.Domain} takes mail of {brand.Id}", () => receiver.Messages.Count(message => message.IsAcknowledged) > before, seen: () => Relay.Log);
    }

    private async Task MailAsync(LabBrand brand, string domain) =>
        await new Load(Lab.Relay, RelayUnderTest.Server, Tag, $"{++_loads}").SendAsync([new Letter($"ann@{brand.Domain}", $"bob@{domain}")], sessions: 1);

    // Gmail's words.
    private static string Refusal(IPAddress quoted) =>
        $"550 5.7.25 [{quoted}] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP.";
}
