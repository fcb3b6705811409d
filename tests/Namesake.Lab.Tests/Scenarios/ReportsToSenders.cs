using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>What can't be delivered is told to whoever sent it, from the brand, once.</summary>
public sealed class ReportsToSenders(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    // The brand's own mailboxes are at the quiet receiver, as a hosted Exchange would be.
    private static readonly RelayConfiguration Configuration = new() { More = $"routes: [ {{ domains: [{Acme.Domain}], via: \"{LabPlan.Quiet}:25\", identity: internal }} ]\n" };

    [Fact]
    public async Task A_refused_recipient_comes_back_to_the_sender_as_an_RFC_3464_report_of_the_brand()
    {
        Lab.Echo.Habits = Lab.Echo.Usual with { RecipientReply = "550 5.1.1 no such mailbox here" };
        await StartProvenRelayAsync(Configuration);

        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO app.client.example");
        await SubmitAsync(talk, $"<ann@{Acme.Domain}> RET=HDRS ENVID=QQ314159", $"<bob@{LabReceivers.Echo.Domain}> ORCPT=rfc822;robert@{LabReceivers.Echo.Domain}", $"ann@{Acme.Domain}");

        var report = await ReportAsync();
        Assert.Equal(("", $"ann@{Acme.Domain}", Acme.Ehlo), (report.ReversePath, Assert.Single(report.Recipients), report.Helo));
        Assert.Contains($"@{Acme.Domain}>", report.Field("From"), StringComparison.Ordinal);
        Assert.Equal($"<ann@{Acme.Domain}>", $"<{report.Field("To").Trim('<', '>')}>");

        // Read by somebody else's MIME reader, as the sender's program would.
        using var content = new MemoryStream(System.Text.Encoding.Latin1.GetBytes(report.Content));
        var message = await MimeKit.MimeMessage.LoadAsync(content, TestContext.Current.CancellationToken);
        var parts = Assert.IsType<MimeKit.MultipartReport>(message.Body);
        Assert.Equal("delivery-status", parts.ReportType);
        var groups = Assert.IsType<MimeKit.MessageDeliveryStatus>(parts[1]).StatusGroups;
        Assert.Equal($"dns; {Acme.Ehlo}", groups[0]["Reporting-MTA"]);
        Assert.Equal("QQ314159", groups[0]["Original-Envelope-Id"]);
        Assert.Equal(($"rfc822; bob@{LabReceivers.Echo.Domain}", "failed", "5.1.1"), (groups[1]["Final-Recipient"], groups[1]["Action"], groups[1]["Status"]));
        Assert.Equal($"rfc822;robert@{LabReceivers.Echo.Domain}", groups[1]["Original-Recipient"]?.Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains("550 5.1.1 no such mailbox here", groups[1]["Diagnostic-Code"], StringComparison.Ordinal);
        Assert.Contains($"Subject: {Tag}", report.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("A message to be refused.", report.Content, StringComparison.Ordinal);
        await QueueIsEmptyAsync();
    }

    [Fact]
    public async Task A_report_that_is_refused_is_kept_and_shown_and_never_answered_by_another()
    {
        Lab.Echo.Habits = Lab.Echo.Usual with { RecipientReply = "550 5.1.1 no such mailbox here" };
        Lab.Quiet.Habits = Lab.Quiet.Usual with { RecipientReply = "550 5.1.1 no such sender either" };
        await StartProvenRelayAsync(Configuration);
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO app.client.example");

        // A message whose report is refused, and a report of a client's own that is refused: both end here.
        await SubmitAsync(talk, $"<ann@{Acme.Domain}>", $"<bob@{LabReceivers.Echo.Domain}>", $"ann@{Acme.Domain}");
        await SubmitAsync(talk, "<>", $"<bob@{LabReceivers.Echo.Domain}>", $"postmaster@{Acme.Domain}");

        var kept = await Eventually.GetAsync(
            "both are kept as undeliverable",
            () => Relay.Api.MessagesAsync(),
            messages => messages.Count == 2 && messages.All(message => message.State == "undeliverable"),
            seen: () => Relay.Log);
        Assert.All(kept, message => Assert.Equal("<>", message.Sender));
        Assert.All(kept, message => Assert.Contains("550 5.1.1", message.LastReply, StringComparison.Ordinal));
        Assert.Empty(Lab.Echo.Messages);
        Assert.Empty(Lab.Quiet.Messages);
    }

    private Task<SeenMessage> ReportAsync() => ReportAsync(Lab.Quiet);

    private async Task<SeenMessage> ReportAsync(EchoReceiver at)
    {
        await Eventually.TrueAsync("a report arrives", () => at.Messages.Any(message => message.ReversePath.Length == 0), seen: () => Relay.Log);
        return Assert.Single(at.Messages);
    }

    private async Task SubmitAsync(SmtpTalk talk, string from, string to, string author)
    {
        Assert.StartsWith("250 ", await talk.SayAsync($"MAIL FROM:{from}"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync($"RCPT TO:{to}"), StringComparison.Ordinal);
        Assert.StartsWith("354 ", await talk.SayAsync("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync($"From: <{author}>\r\nSubject: {Tag}\r\n\r\nA message to be refused.\r\n."), StringComparison.Ordinal);
    }
}
