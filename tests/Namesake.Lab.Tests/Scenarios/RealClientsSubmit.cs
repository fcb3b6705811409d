using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>The programs people submit with get through, as they come.</summary>
public sealed class RealClientsSubmit(LabFixture lab) : RelayTest(lab)
{
    private const string Password = "correct horse battery staple";
    private static readonly LabBrand Acme = LabBrand.Acme;
    private static readonly IPEndPoint WithLogin = new(IPAddress.Loopback, RelayConfiguration.AuthPort);

    [Fact]
    public async Task Five_real_clients_submit_in_the_clear_and_with_TLS_and_a_password()
    {
        await StartWithAuthAsync();
        foreach (var client in RealClient.All)
        {
            if (client.Name == "Nodemailer" && !LabRequirements.IsRequired && !Directory.Exists(LabRequirements.Nodemailer))
            {
                continue;
            }

            var clear = new Submission(RelayUnderTest.Server, $"ann@{Acme.Domain}", [$"bob@{LabReceivers.Quiet.Domain}"], $"{Tag}-{client}-clear");
            var login = clear with { Server = WithLogin, Subject = $"{Tag}-{client}-login", StartTls = true, User = "app1", Password = Password };

            (await client.SendAsync(Lab.Relay, clear)).MustSucceed();
            (await client.SendAsync(Lab.Relay, login)).MustSucceed();
            var refused = await client.SendAsync(Lab.Relay, login with { Subject = $"{Tag}-{client}-wrong", Password = "guessed" });
            Assert.NotEqual(0, refused.ExitCode);

            foreach (var submission in new[] { clear, login })
            {
                await Eventually.TrueAsync($"{client}'s message arrives", () => Lab.Quiet.WithSubject(submission.Subject).Count > 0, seen: () => Relay.Log);
                var message = Assert.Single(Lab.Quiet.WithSubject(submission.Subject));
                Assert.Equal((Acme.Public, Acme.Ehlo, $"<{submission.Subject}-0@client.example>"), (message.Client, message.Helo, message.Field("Message-ID")));
            }
        }

        Assert.DoesNotContain(Lab.Quiet.Messages, message => message.Field("Subject").EndsWith("-wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_TLS_no_password_is_asked_for_and_without_a_password_nothing_is_taken()
    {
        await StartWithAuthAsync();
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, WithLogin);

        var clear = await talk.SayAsync("EHLO app.client.example");
        Assert.Contains("STARTTLS", clear, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTH", clear, StringComparison.Ordinal);
        Assert.StartsWith("538 5.7.11 ", await talk.SayAsync("AUTH PLAIN AGFwcDEAc2VjcmV0"), StringComparison.Ordinal);
        Assert.StartsWith("530 5.7.0 ", await talk.SayAsync($"MAIL FROM:<ann@{Acme.Domain}>"), StringComparison.Ordinal);

        await talk.StartTlsAsync();
        Assert.Contains("AUTH PLAIN LOGIN", await talk.SayAsync("EHLO app.client.example"), StringComparison.Ordinal);
        Assert.StartsWith("530 5.7.0 ", await talk.SayAsync($"MAIL FROM:<ann@{Acme.Domain}>"), StringComparison.Ordinal);
        Assert.StartsWith("535 5.7.8 ", await talk.SayAsync("AUTH PLAIN AGFwcDEAc2VjcmV0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_as_Exchange_holds_it_goes_through_with_chunks_DSN_and_a_report_of_its_own()
    {
        await StartWithAuthAsync();
        await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
        await talk.SayAsync("EHLO ex01.corp.example");
        await talk.StartTlsAsync();
        var offered = await talk.SayAsync("EHLO ex01.corp.example");
        Assert.All(["SIZE", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "8BITMIME", "CHUNKING"], word => Assert.Contains(word, offered, StringComparison.Ordinal));

        // A message in two chunks, with what Exchange asks for by itself.
        var first = $"From: \"Ann\" <ann@{Acme.Domain}>\r\nTo: <bob@{LabReceivers.Quiet.Domain}>\r\nSubject: {Tag}-chunks\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        var second = "Gr\u00fc\u00dfe\r\n.\r\nA line of one dot came before this one.\r\n";
        Assert.StartsWith("250 2.1.0 ", await talk.SayAsync($"MAIL FROM:<ann@{Acme.Domain}> SIZE={first.Length + second.Length} BODY=8BITMIME RET=HDRS ENVID=QQ314159"), StringComparison.Ordinal);
        Assert.StartsWith("250 2.1.5 ", await talk.SayAsync($"RCPT TO:<bob@{LabReceivers.Quiet.Domain}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob@{LabReceivers.Quiet.Domain}"), StringComparison.Ordinal);
        await talk.WriteAsync($"BDAT {first.Length}\r\n{first}");
        Assert.StartsWith("250 ", await talk.ReplyAsync(), StringComparison.Ordinal);
        await talk.WriteAsync($"BDAT {second.Length} LAST\r\n{second}");
        Assert.StartsWith("250 2.0.0 ", await talk.ReplyAsync(), StringComparison.Ordinal);

        // A non-delivery report of its own, in the same session.
        var report = $"From: <postmaster@{Acme.Domain}>\r\nTo: <bob@{LabReceivers.Quiet.Domain}>\r\nSubject: {Tag}-report\r\n\r\nYour message could not be delivered.\r\n";
        Assert.StartsWith("250 ", await talk.SayAsync($"MAIL FROM:<> SIZE={report.Length}"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await talk.SayAsync($"RCPT TO:<bob@{LabReceivers.Quiet.Domain}> NOTIFY=NEVER"), StringComparison.Ordinal);
        await talk.WriteAsync($"BDAT {report.Length} LAST\r\n{report}");
        Assert.StartsWith("250 2.0.0 ", await talk.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("221 ", await talk.SayAsync("QUIT"), StringComparison.Ordinal);

        await Eventually.TrueAsync("both arrive", () => Lab.Quiet.WithSubject($"{Tag}-chunks").Count > 0 && Lab.Quiet.WithSubject($"{Tag}-report").Count > 0, seen: () => Relay.Log);
        var chunks = Assert.Single(Lab.Quiet.WithSubject($"{Tag}-chunks"));
        Assert.EndsWith(second, chunks.Content, StringComparison.Ordinal);
        Assert.Equal($"ann@{Acme.Domain}", chunks.ReversePath);
        var ndr = Assert.Single(Lab.Quiet.WithSubject($"{Tag}-report"));
        Assert.Equal(("", Acme.Public, Acme.Ehlo), (ndr.ReversePath, ndr.Client, ndr.Helo));
    }

    private async Task StartWithAuthAsync()
    {
        var hash = (await Lab.Relay.FeedAsync(Password + "\n", "dotnet", LabRequirements.Relay, "password")).MustSucceed().Output.Trim();
        var folder = Directory.CreateDirectory(Path.Combine(Lab.Relay.Folder, $"certificate-{Tag}")).FullName;
        var certificates = await RelayCertificate.WriteAsync(folder, Acme.Ehlo);
        await StartProvenRelayAsync(new RelayConfiguration { WithAuth = true, More = $"{certificates}users: [ {{ name: app1, brand: {Acme.Id}, passwordHash: \"{hash}\" }} ]\n" });
    }
}
