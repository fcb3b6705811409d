using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Delivery;

/// <summary>What receivers say to us, what we say to them, and what we make of it: @outcome names phase, kind and scope for each recipient in turn.</summary>
public sealed class DeliveryTranscripts
{
    private static readonly IPAddress Public = IPAddress.Parse("192.0.2.5");

    public static IEnumerable<TheoryDataRow<string, Chunking>> All =>
        from name in Script.NamesIn("Delivery") from chunking in Enum.GetValues<Chunking>() select new TheoryDataRow<string, Chunking>(name, chunking);

    [Theory]
    [MemberData(nameof(All))]
    public async Task Conversation_goes_as_written(string name, Chunking chunking)
    {
        var script = Script.Read("Delivery", name);
        await using var receiver = new ReceivingEnd(script, chunking);
        var pipes = new SocketPipes(new SocketSettings(), TimeProvider.System);
        var standings = new PaperStandings(Public);
        // 192.0.2.0/24 and 198.51.100.0/24 are for documentation; here they stand for public addresses.
        var model = new RelayModel
        {
            Node = "test", Brands = new BrandDirectory([]), Sources = new SourceDirectory([]), TreatAsPublic = [IPRange.Parse("192.0.2.0/24"), IPRange.Parse("198.51.100.0/24")],
        };
        var fence = new Fence(() => model, standings, standings, TimeProvider.System);
        var deliverer = new Deliverer(new Dialer(pipes, TimeProvider.System), standings, fence, new DeliveryTimeouts(), TimeProvider.System);
        var waybill = WaybillOf(script, receiver.Address);

        var playing = receiver.PlayAsync();
        AttemptReport report;
        await using (var session = deliverer.Open(waybill, TestContext.Current.CancellationToken))
        {
            var content = Encoding.UTF8.GetBytes("From: <ann@acme.test>\r\n\r\n.Hello.\r\n");
            var sending = session.SendAsync(waybill, _ => Task.FromResult(new StoredContent(content)), () => true);
            // A transcript that doesn't come true is told at once, instead of waiting for a session that waits for it.
            if (await Task.WhenAny(playing, sending) == playing)
                await playing;
            report = await sending;
        }

        await playing;
        Check(script, report, standings);
    }

    private static void Check(Script script, AttemptReport report, PaperStandings standings)
    {
        var expected = script.Lines.Where(line => line.Kind == "@outcome").Select(line => line.Text).ToList();
        var told = report.Outcomes.Select(Describe).ToList();
        Assert.Equal(expected.Count, told.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Pattern.Matches(expected[i], told[i]), $"{script.Name}: expected \"{expected[i]}\", was \"{told[i]}\"");
        Assert.Equal(script.Lines.Any(line => line.Kind == "@alive"), report.SessionAlive);
        Assert.Equal(script.Lines.Any(line => line.Kind == "@rests"), report.Trouble is not null);
        Assert.Equal(script.Lines.Any(line => line.Kind == "@identity"), report.IdentityRefusal is not null);
        Assert.Equal(report.IdentityRefusal is not null, !standings.Refusals.IsEmpty);
        // EH-01, EH-14: the standings are told the bytes that were sent, and after STARTTLS those before it too.
        Assert.All(standings.Sightings, sighting => Assert.Equal(("mail.acme.test", sighting.NewConnection ? null : "mail.acme.test"), (sighting.Said, sighting.SaidBefore)));
        if (report.Facts.EhloAfterTls is { } after)
            Assert.Equal(report.Facts.Ehlo, after);
    }

    private static string Describe(Outcome outcome)
    {
        var scope = outcome switch { Deferred deferred => $" {deferred.Scope}", Refused refused => $" {refused.Scope}", _ => "" };
        return string.Create(CultureInfo.InvariantCulture, $"{outcome.GetType().Name} {outcome.Phase}{scope}: {outcome.Explanation}").Replace("\r\n", " ", StringComparison.Ordinal);
    }

    /// <summary>@message to=one,two size=N utf8 route=internal</summary>
    private static Waybill WaybillOf(Script script, IPEndPoint receiver)
    {
        var words = string.Join(' ', script.Lines.Where(line => line.Kind == "@message").Select(line => line.Text)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? Word(string name) => words.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        var source = new Source { Id = new SourceId("a"), LocalAddress = IPAddress.Parse("127.0.0.5"), PublicAddress = Public, Ehlo = HostName.Parse("mail.acme.test") };
        var recipients = (Word("to") ?? "bob").Split(',').Select((local, ordinal) => new QueuedRecipient(ordinal, Mailbox.Parse($"{local}@sink.test"), null, null, 1, null, false));
        var consignment = new Consignment(
            new MessageId(1), new QueueId(1), new QueueKey(new BrandId("acme"), source.Id, DomainName.Parse("sink.test")), Mailbox.Parse("ann@acme.test"),
            EightBit: false, SmtpUtf8: words.Contains("utf8"), null, null, long.Parse(Word("size") ?? "34", CultureInfo.InvariantCulture), IsDsn: false, "127.0.0.1",
            [.. recipients], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null);
        var route = new Reachable(
            new SiteId("sink.test"), "mx.sink.test", [new NextHop("mx.sink.test", receiver.Address, receiver.Port, 0)],
            Word("route") == "internal" ? RouteIdentity.Internal : RouteIdentity.Public, 10, "MX", DateTimeOffset.MaxValue);
        return new Waybill(consignment, source, route);
    }
}
