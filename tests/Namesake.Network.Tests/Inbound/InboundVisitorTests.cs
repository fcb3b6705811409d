using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline;
using Namesake.Network.Inbound;
using Namesake.Network.Tests.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Inbound;

/// <summary>What is seen of a server from outside, and what a rude one can't do to who looks.</summary>
public sealed class InboundVisitorTests
{
    private static readonly HostName Acme = HostName.Parse("mail.acme.example");
    private static readonly CertificateModel Right = TestCertificates.For("mail.acme.example"), Other = TestCertificates.For("mail.beta.example");
    private readonly ConcurrentQueue<string> _heard = new();

    [Fact]
    public async Task Names_and_certificates_are_seen_with_and_without_asking_for_a_name()
    {
        var asked = new ConcurrentQueue<string?>();
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, certificate: name =>
        {
            asked.Enqueue(name);
            return name is null ? Other : Right;
        }));
        var seen = await VisitAsync(server.At);
        Assert.Equal((InboundReach.Answers, "mail.acme.example", "mail.acme.example", true, ""), (seen.Reach, seen.GreetingName, seen.EhloName, seen.OffersStartTls, seen.Trouble));
        Assert.Equal(["mail.acme.example", null], asked);
        var (right, other) = (seen.Asked!.Certificate!, seen.Unasked!.Certificate!);
        Assert.Equal(("mail.acme.example", "mail.beta.example", "", ""), (right.Names.Single(), other.Names.Single(), right.ChainTrouble, other.ChainTrouble));
        Assert.Equal((new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero), 2), (right.NotAfter, right.Presented.Length)); // with its intermediate
        Assert.Equal(Right.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), right.Presented[0].PublicKey);
        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS", "QUIT", "EHLO [127.0.0.1]", "STARTTLS", "QUIT"], _heard);
    }

    [Fact]
    public async Task Over_IPv6_too()
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard), IPAddress.IPv6Loopback);
        Assert.Equal(IPAddress.IPv6Loopback, (await VisitAsync(server.At)).AskedFrom);
        Assert.Equal(["EHLO [IPv6:::1]", "QUIT"], _heard);
    }

    [Fact]
    public async Task A_chain_that_clients_refuse_is_told()
    {
        Assert.Equal("it is signed by itself", await ChainOfAsync(TestCertificates.SelfSigned("mail.acme.example")));
        Assert.Equal("its chain ends before a root: the certificate of its authority isn't sent with it", await ChainOfAsync(TestCertificates.WithoutItsChain("mail.acme.example")));
        Assert.Equal("", await ChainOfAsync(TestCertificates.Expired("mail.acme.example"))); // its own dates are told by themselves
    }

    [Fact]
    public async Task A_trial_asks_for_strangers_in_every_form_and_never_hands_in_anything()
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, certificate: _ => Right, reply: line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.1 Relaying denied" : "250 Ok"));
        var trial = (await VisitAsync(server.At, tryRelaying: true)).Relay!;
        Assert.Equal(Enum.GetValues<RelayForm>().Order(), trial.Attempts.Select(attempt => attempt.Form).Order());
        Assert.All(trial.Attempts, attempt => Assert.Equal(RelayAnswer.Refused, attempt.Answer));
        Assert.Equal(["EHLO", "STARTTLS", "EHLO", .. trial.Attempts.SelectMany(_ => new[] { "MAIL", "RCPT", "RSET" }), "QUIT", "EHLO", "STARTTLS", "QUIT"], _heard.Select(line => line.Split(' ')[0]));
        Assert.Contains("RCPT TO:<namesake-relay-test%example.invalid@mail.acme.example>", _heard);
        Assert.Contains("RCPT TO:<@mail.acme.example:namesake-relay-test@example.invalid>", _heard);
    }

    [Fact]
    public async Task A_server_that_relays_by_the_percent_hack_alone_is_seen()
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, reply: line => !line.StartsWith("RCPT", StringComparison.Ordinal) || line.Contains('%') ? "250 Ok" : "550 5.7.1 Relaying denied"));
        Assert.Equal(RelayForm.PercentHack, Assert.Single((await VisitAsync(server.At, tryRelaying: true)).Relay!.Taken).Form);
    }

    [Fact]
    public async Task Where_TLS_breaks_the_trial_is_made_in_the_clear()
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, certificate: _ => null, reply: _ => "250 Ok"));
        var seen = await VisitAsync(server.At, tryRelaying: true);
        Assert.Null(seen.Asked!.Certificate);
        Assert.NotEqual("", seen.Asked.Trouble);
        Assert.NotEmpty(seen.Relay!.Taken);
    }

    [Fact]
    public async Task What_follows_STARTTLS_in_the_clear_ends_it()
    {
        await using var server = await KnockedServer.OpenAsync(async connection =>
        {
            await connection.SayAsync("220 mail.acme.example\r\n");
            await connection.HearAsync("EHLO [127.0.0.1]\r\n");
            await connection.SayAsync("250-mail.acme.example\r\n250 STARTTLS\r\n");
            await connection.HearAsync("STARTTLS\r\n");
            await connection.SayAsync("220 go\r\n250 injected\r\n");
            await connection.HearTheEndAsync();
        });
        var seen = await VisitAsync(server.At);
        Assert.Equal((null, false), (seen.Asked!.Certificate, seen.Asked.Definite));
        Assert.Contains("in the clear behind its answer to STARTTLS", seen.Asked.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_a_definite_answer()
    {
        IPEndPoint closed;
        await using (var server = await KnockedServer.OpenAsync(_ => Task.CompletedTask))
            closed = server.At;
        var seen = await VisitAsync(closed);
        Assert.Equal((InboundReach.TakesNoMail, "nothing listens there", null), (seen.Reach, seen.Trouble, seen.AskedFrom));
    }

    [Theory]
    [InlineData("554 mail.acme.example No SMTP service here\r\n", InboundReach.TakesNoMail)]
    [InlineData("521 mail.acme.example does not accept mail\r\n", InboundReach.TakesNoMail)]
    [InlineData("421 mail.acme.example too many connections\r\n", InboundReach.Unclear)]
    public async Task A_server_that_says_it_takes_no_mail_is_believed_when_it_means_for_good(string greeting, InboundReach reach)
    {
        await using var server = await KnockedServer.SayingAsync(greeting, thenStay: false);
        var seen = await VisitAsync(server.At);
        Assert.Equal((reach, "mail.acme.example"), (seen.Reach, seen.GreetingName));
        Assert.Contains(greeting[..3], seen.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 mail.acme.example but no end of the line")]
    [InlineData("220 mail.acme.example\r\n")] // and no answer to EHLO
    public async Task A_server_that_stalls_costs_one_step(string says)
    {
        await using var server = await KnockedServer.SayingAsync(says);
        var seen = await VisitAsync(server.At, new InboundVisitSettings { Step = TimeSpan.FromSeconds(1) });
        Assert.Equal(InboundReach.Unclear, seen.Reach);
        Assert.EndsWith("within 1 s", seen.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filtered_port_costs_one_step()
    {
        using var hole = BlackHole.Open();
        var seen = await VisitAsync(hole.EndPoint, new InboundVisitSettings { Step = TimeSpan.FromSeconds(1) });
        Assert.Equal((InboundReach.Unclear, "no answer to connecting within 1 s"), (seen.Reach, seen.Trouble));
    }

    [Fact]
    public async Task The_whole_visit_has_its_time()
    {
        await using var server = await KnockedServer.SayingAsync("220 mail.acme.example\r\n");
        var seen = await VisitAsync(server.At, new InboundVisitSettings { Whole = TimeSpan.FromSeconds(1) });
        Assert.Equal((InboundReach.Unclear, "the visit took longer than 1 s"), (seen.Reach, seen.Trouble));
    }

    [Theory]
    [InlineData("220-welcome\r\n", "no SMTP")]
    [InlineData("220 mail.acme.example\r\n250 mail\r\n", "talks without being asked")]
    [InlineData("220 aaaaaaaaaaaaaaaa", "no SMTP")]
    [InlineData("\0\u0001\u0002\n", "no SMTP")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "no SMTP")]
    [InlineData("220-a\r\n250 b\r\n", "no SMTP")]
    public async Task A_server_that_floods_or_garbles_is_left(string again, string trouble)
    {
        await using var server = await KnockedServer.OpenAsync(async connection =>
        {
            while (!(await connection.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(again, 50))))).IsCompleted)
            {
                // As long as anybody listens.
            }
        });
        var seen = await VisitAsync(server.At);
        Assert.Equal(InboundReach.Unclear, seen.Reach);
        Assert.Contains(trouble, seen.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_talkative_server_is_left_after_its_octets()
    {
        await using var server = await KnockedServer.SayingAsync("220-" + new string('a', 500) + "\r\n220 " + new string('b', 600) + "\r\n");
        var seen = await VisitAsync(server.At, new InboundVisitSettings { MostOctets = 1000 });
        Assert.Contains("more than 1000 octets", seen.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_unclear()
    {
        await using var server = await KnockedServer.OpenAsync(_ => Task.CompletedTask);
        Assert.Equal((InboundReach.Unclear, "it closed the connection"), ((await VisitAsync(server.At)).Reach, (await VisitAsync(server.At)).Trouble));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_answered()
    {
        using var giving = new CancellationTokenSource();
        await using var server = await KnockedServer.OpenAsync(async connection =>
        {
            await giving.CancelAsync();
            await connection.HearTheEndAsync();
        });
        var visitor = new InboundVisitor(new InboundVisitSettings(), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visitor.VisitAsync(new InboundQuestion(server.At, Acme, false), giving.Token));
    }

    private async Task<string?> ChainOfAsync(CertificateModel certificate)
    {
        await using var server = await KnockedServer.OpenAsync(KnockedServer.Polite(_heard, certificate: _ => certificate));
        return (await VisitAsync(server.At)).Asked!.Certificate!.ChainTrouble;
    }

    private static Task<InboundFacts> VisitAsync(IPEndPoint at, bool tryRelaying = false) => VisitAsync(at, new InboundVisitSettings(), tryRelaying);

    private static Task<InboundFacts> VisitAsync(IPEndPoint at, InboundVisitSettings settings, bool tryRelaying = false) =>
        new InboundVisitor(settings with { TrustedRoots = TestCertificates.Roots }, TimeProvider.System)
            .VisitAsync(new InboundQuestion(at, Acme, tryRelaying), TestContext.Current.CancellationToken).WaitAsync(Loopback.Patience);
}
