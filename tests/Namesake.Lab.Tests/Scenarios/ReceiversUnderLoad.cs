using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>What later scenarios count on: real clients get through, and a receiver's count of what arrived is exact.</summary>
public sealed class ReceiversUnderLoad(LabFixture lab) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    [Theory]
    [InlineData("swaks")]
    [InlineData("curl")]
    [InlineData("smtplib")]
    [InlineData("Nodemailer")]
    [InlineData("MailKit")]
    public async Task A_real_client_gets_through_in_the_clear_and_encrypted(string name)
    {
        Assert.SkipWhen(name == "Nodemailer" && !LabRequirements.IsRequired && !Directory.Exists(LabRequirements.Nodemailer), "Nodemailer is not installed; run build/install-test-packages.");
        var clear = ToReceiver(LabReceivers.Echo, "clear");
        var encrypted = ToReceiver(LabReceivers.Stranger, "tls") with { StartTls = true };

        (await RealClient.Named(name).SendAsync(Lab.Relay, clear)).MustSucceed();
        (await RealClient.Named(name).SendAsync(Lab.Relay, encrypted)).MustSucceed();

        var first = Assert.Single(Lab.Echo.WithSubject(clear.Subject));
        Assert.Equal((Acme.Public, Acme.Ehlo, true), (first.Client, first.Helo, first.IsAcknowledged));
        Assert.Equal($"<{clear.Subject}-0@client.example>", first.Field("Message-ID"));
        Assert.Equal([Acme.Ehlo, Acme.Ehlo], Assert.Single(Lab.Stranger.Sessions).Helos);
        Assert.True(Assert.Single(Lab.Stranger.Sessions).IsEncrypted);
        Assert.Single(Lab.Stranger.WithSubject(encrypted.Subject));
    }

    [Fact]
    public async Task Every_message_of_many_is_counted_once_by_each_kind_of_receiver()
    {
        const int count = 200;
        LabReceiver[] receivers = [LabReceivers.Postfix, LabReceivers.Exim, LabReceivers.Quiet];
        var submissions = receivers.Select(to => ToReceiver(to, "many") with { Count = count });

        foreach (var sent in await Task.WhenAll(submissions.Select(submission => RealClient.Named("smtplib").SendAsync(Lab.Relay, submission))))
        {
            sent.MustSucceed();
        }

        await CountsAsync(Lab.Postfix.Inbox, count, () => Lab.Postfix.Log);
        await CountsAsync(Lab.Exim.Inbox, count, () => Lab.Exim.Log);
        Assert.Equal(count, Lab.Quiet.WithSubject($"{Tag}-many").Select(message => message.Field("Message-ID")).Distinct().Count());
    }

    private async Task CountsAsync(Maildir inbox, int expected, Func<string> log)
    {
        var arrived = await Eventually.GetAsync(
            $"{expected} messages",
            () => Task.FromResult(inbox.WithSubject($"{Tag}-many")),
            messages => messages.Count >= expected,
            seen: log);
        Assert.Equal(expected, arrived.Count);
        Assert.Equal(expected, arrived.Select(message => message.MessageId).Distinct().Count());
        Assert.All(arrived, message => Assert.Equal((Acme.Public, Acme.Ehlo), (message.Client, message.Helo)));
    }

    private Submission ToReceiver(LabReceiver to, string what) =>
        new(new IPEndPoint(to.Address, 25), $"ann@{Acme.Domain}", [$"bob@{to.Domain}"], $"{Tag}-{what}") { Ehlo = Acme.Ehlo, BindTo = Acme.Local };
}
