using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Faults;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A second name on one public address while mail flows, by a changed configuration: of another source, and by renaming. By somebody else: <see cref="RefusalsWhileMailFlows"/>.</summary>
public sealed class SecondNameWhileMailFlows(LabFixture lab) : FaultTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly LabBrand Bravo = LabBrand.Bravo;
    private static readonly LabReceiver[] EchoingAndSilent = [LabReceivers.Echo, LabReceivers.Quiet];

    [Fact]
    public async Task A_source_with_another_name_on_the_same_address_is_refused_by_the_reload_and_mail_goes_on()
    {
        var right = new RelayConfiguration { Idle = "0s" };
        await StartProvenRelayAsync(right);
        var course = new FaultCourse("second EHLO by another source", "EH-08");
        var load = NewLoad();
        await using var flow = MailFlow.Start(load, [.. EchoingAndSilent.Select(to => Letter.Of(Acme, to))]);
        await FlowsOnAsync(load, Acme, EchoingAndSilent);

        course.Injected = Now;
        await Relay.ConfigureAsync(right with { MoreSource = $"{{ id: acme-news, localAddress: {LabPlan.KernelsChoice}, publicAddress: {Acme.Public}, ehlo: news.acme.example }}" });
        var (status, text) = await Relay.Api.ReloadAsync();
        course.Seen = Now;
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("EH-08", text, StringComparison.Ordinal);
        await FlowsOnAsync(load, Acme, EchoingAndSilent);
        Assert.DoesNotContain(await Relay.Api.SourcesAsync(), source => source.Id == "acme-news");

        course.Repaired = Now;
        await Relay.ConfigureAsync(right);
        Assert.Equal(HttpStatusCode.OK, (await Relay.Api.ReloadAsync()).Status);
        course.Released = Now;
        await flow.StopAsync();
        await ArrivesOnceAsItselfAsync(load);
        await course.WriteAsync();
    }

    [Fact]
    public async Task A_renamed_source_never_says_its_old_name_again_and_its_new_one_not_before_it_is_right()
    {
        var renamed = Acme with { Ehlo = "news.acme.example" };
        await StartProvenRelayAsync(new RelayConfiguration());
        var course = new FaultCourse("second EHLO by renaming", "EH-04");
        var load = NewLoad();
        await using var flow = MailFlow.Start(load, [.. EchoingAndSilent.SelectMany(to => new[] { Letter.Of(Acme, to), Letter.Of(Bravo, to) })]);
        await FlowsOnAsync(load, Acme, EchoingAndSilent);

        course.Injected = Now;
        await Relay.ConfigureAsync(new RelayConfiguration { Brands = [renamed, .. LabBrand.All.Skip(1)] });
        Assert.Equal(HttpStatusCode.OK, (await Relay.Api.ReloadAsync()).Status);
        await UntilAsync(Acme, "the source has its new name", source => source.Ehlo == renamed.Ehlo);
        course.Seen = Now;
        await UntilAsync(Acme, "it is held until DNS knows it", source => source.Hold?.Check == course.Told);
        course.Held = Now;
        var known = load.AcceptedCount + 1;
        await FlowsOnAsync(load, Bravo, EchoingAndSilent);
        Assert.DoesNotContain(Lab.ArrivalsOf(Tag), arrival => arrival.Helo == renamed.Ehlo);

        var waiting = load.Accepted.ToList();
        course.Repaired = Now;
        await Lab.Authority.SetAsync(renamed.Ehlo, "A", $"{Acme.Public}");
        await Lab.Authority.SetPointerAsync(Acme.Public, renamed.Ehlo);
        await UntilAsync(Acme, "it is aligned under its new name", source => source is { Hold: null, Verdict: "aligned" });
        course.Released = Now;
        await ArrivesAsync(waiting);
        course.Delivered = Now;
        await flow.StopAsync();
        var arrivals = await ArrivesAsync(load);
        Assert.All(arrivals.GroupBy(arrival => arrival.MessageId), copies => Assert.Single(copies));
        var late = load.Accepted.Skip(known).Where(letter => IsOf(Acme, letter)).Select(letter => letter.MessageId).ToHashSet();
        Assert.All(arrivals.Where(arrival => late.Contains(arrival.MessageId)), arrival => Assert.Equal((Acme.Public, renamed.Ehlo), (arrival.Client, arrival.Helo)));
        Assert.All(arrivals, arrival => Assert.Contains((arrival.Client, arrival.Helo), new[] { (Acme.Public, Acme.Ehlo), (Acme.Public, renamed.Ehlo), (Bravo.Public, Bravo.Ehlo) }));
        course.Misnamed = Lab.Echo.Mails.Count(mail => (mail.Helo == Acme.Ehlo && mail.At > course.Held) || (mail.Helo == renamed.Ehlo && mail.At < course.Repaired));
        course.MisnamedSilent = Lab.Quiet.Mails.Count(mail => (mail.Helo == Acme.Ehlo && mail.At > course.Held) || (mail.Helo == renamed.Ehlo && mail.At < course.Repaired));
        course.Waited = waiting.Count(letter => late.Contains(letter.MessageId));
        await course.WriteAsync();
    }
}
