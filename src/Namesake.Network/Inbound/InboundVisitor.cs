using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Network.Inbound;

/// <summary>Knocks at a mail server: 1. greeting, EHLO, TLS asking for the name, relay trial, QUIT; 2. greeting, EHLO, TLS asking for no name, QUIT. Never DATA.</summary>
/// <remarks>Says an address literal in EHLO: this is no mail, and a second name from one of our addresses is what EH-08 warns of. RFC 5321 §4.1.3</remarks>
public sealed class InboundVisitor(InboundVisitSettings settings, TimeProvider clock) : IInboundVisitor
{
    private readonly ChainJudge _judge = new(settings.TrustedRoots);

    public async Task<InboundFacts> VisitAsync(InboundQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var visit = new Visit(question, new InboundFacts { At = question.At, Reach = InboundReach.Unclear, SeenAt = clock.GetUtcNow() });
        using var whole = new CancellationTokenSource(settings.Whole, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, cancellation);
        try
        {
            await TalkAsync(visit, either.Token);
        }
        catch (VisitEnded ended)
        {
            visit.End(ended.Message, ended.IsRefusal);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            visit.End($"the visit took longer than {settings.Whole.TotalSeconds:0.#} s", isRefusal: false);
        }
        return visit.Seen;
    }

    private async Task TalkAsync(Visit visit, CancellationToken cancellation)
    {
        var name = visit.Question.Ehlo.Value;
        await using (var server = await ArriveAsync(visit, cancellation)) // 1.
        {
            if (server is null)
                return;
            if (visit.Seen.OffersStartTls)
                visit.Seen = visit.Seen with { Asked = await StartTlsAsync(server, name, cancellation) };
            if (visit.Seen.Asked is null or { Certificate: not null })
                await FinishAsync(visit, server, afterTls: visit.Seen.Asked is not null, cancellation);
        }
        if (visit.Question.TryRelaying && visit.Seen.Relay is null) // TLS broke: in the clear, then
            await using (var server = await ArriveAsync(visit, cancellation))
                if (server is not null)
                    await FinishAsync(visit, server, afterTls: false, cancellation);
        if (visit.Seen.Asked is null)
            return;
        await using (var server = await ArriveAsync(visit, cancellation)) // 2.
            if (server is not null)
            {
                visit.Seen = visit.Seen with { Unasked = await StartTlsAsync(server, null, cancellation) };
                if (visit.Seen.Unasked?.Certificate is not null)
                    await LeaveAsync(server, cancellation);
            }
    }

    /// <summary>Null when the server takes no mail, or none now.</summary>
    private async Task<VisitedServer?> ArriveAsync(Visit visit, CancellationToken cancellation)
    {
        var server = await VisitedServer.ConnectAsync(visit.Question.At, settings, clock, cancellation);
        try
        {
            visit.Seen = visit.Seen with { AskedFrom = server.Local };
            var greeting = await server.HearAsync("no greeting", cancellation);
            visit.Greeted(greeting);
            if (greeting.Code != 220)
            {
                // RFC 5321 §3.1: 554 says "no service here"; 521 is that of RFC 7504, for good. Others may mean this moment only.
                visit.End($"it greets with {greeting}", isRefusal: greeting.Code is 554 or 521);
                await LeaveAsync(server, cancellation);
                await server.DisposeAsync();
                return null;
            }
            var answer = await server.AskAsync($"EHLO {Literal(server.Local)}", cancellation);
            if (answer.Code != 250)
            {
                visit.End($"it answers EHLO with {answer}", isRefusal: false);
                await LeaveAsync(server, cancellation);
                await server.DisposeAsync();
                return null;
            }
            visit.Answered(EhloResponse.Parse(answer));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task<TlsSight> StartTlsAsync(VisitedServer server, string? name, CancellationToken cancellation)
    {
        try
        {
            var go = await server.AskAsync("STARTTLS", cancellation);
            return go.Code == 220 ? await server.StartTlsAsync(name, _judge, cancellation) : new TlsSight(null, $"it answers STARTTLS with {go}", go.IsPermanent);
        }
        catch (VisitEnded ended)
        {
            return new TlsSight(null, ended.Message, false);
        }
    }

    private static async Task FinishAsync(Visit visit, VisitedServer server, bool afterTls, CancellationToken cancellation)
    {
        if (visit.Question.TryRelaying)
            visit.Seen = visit.Seen with { Relay = await RelayAsync(visit, server, afterTls, cancellation) };
        await LeaveAsync(server, cancellation);
    }

    private static async Task<RelayTrial> RelayAsync(Visit visit, VisitedServer server, bool afterTls, CancellationToken cancellation)
    {
        var attempts = ImmutableArray.CreateBuilder<RelayAttempt>();
        try
        {
            if (afterTls) // what was said before is forgotten: RFC 3207 §4.2
                await server.AskAsync($"EHLO {Literal(server.Local)}", cancellation);
            foreach (var question in RelayForms.For(visit.NameOfServer))
            {
                var reply = await server.AskAsync($"MAIL FROM:<{question.Sender}>", cancellation);
                var answer = RelayForms.AtMail(reply);
                if (reply.Code == 250)
                {
                    reply = await server.AskAsync($"RCPT TO:<{question.Recipient}>", cancellation);
                    answer = RelayForms.AtRecipient(reply);
                }
                attempts.Add(new RelayAttempt(question.Form, question.Sender, question.Recipient, answer, reply.ToString()));
                if (reply.Code == 421)
                    return new RelayTrial(attempts.ToImmutable(), $"it ended the trial: {reply}");
                await server.AskAsync("RSET", cancellation);
            }
            return new RelayTrial(attempts.ToImmutable(), "");
        }
        catch (VisitEnded ended)
        {
            return new RelayTrial(attempts.ToImmutable(), ended.Message);
        }
    }

    private static async Task LeaveAsync(VisitedServer server, CancellationToken cancellation)
    {
        try
        {
            await server.AskAsync("QUIT", cancellation);
        }
        catch (VisitEnded)
        {
            // Nothing more was wanted of it.
        }
    }

    private static string Literal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address.ToString().Split('%')[0]}]" : $"[{address}]";

    /// <summary>What was seen so far. The first connection says how far the server is to be reached; what a later one doesn't give stays open.</summary>
    private sealed class Visit(InboundQuestion question, InboundFacts seen)
    {
        public InboundQuestion Question { get; } = question;

        public InboundFacts Seen { get; set; } = seen;

        public DomainName NameOfServer =>
            DomainName.TryParse(Seen.GreetingName, out var greeted, out _) ? greeted : DomainName.TryParse(Seen.EhloName, out var answered, out _) ? answered : Question.Ehlo.Domain;

        public void Greeted(SmtpReply greeting)
        {
            if (Seen.Greeting is null)
                Seen = Seen with { Greeting = greeting.ToString(), GreetingName = GreetingName.Of(greeting.Lines[0])?.Value };
        }

        public void Answered(EhloResponse answer)
        {
            // The same server may offer TLS to some and not to others; the first word counts.
            if (Seen.Reach != InboundReach.Answers)
                Seen = Seen with { Reach = InboundReach.Answers, EhloName = GreetingName.Of(answer.FirstLine)?.Value, OffersStartTls = answer.StartTls };
        }

        public void End(string why, bool isRefusal) => Seen = Seen.Reach == InboundReach.Answers
            ? Seen with { Trouble = why }
            : Seen with { Trouble = why, Reach = isRefusal ? InboundReach.TakesNoMail : InboundReach.Unclear };
    }
}
