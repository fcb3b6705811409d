using System.Buffers;
using System.Net;
using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>EHLO, MAIL FROM:&lt;&gt;, RCPT, RSET, QUIT: what a bounce would hear. The content is never begun, so nothing is delivered.</summary>
public sealed class MailboxProbe(IDialer dialer, DeliveryTimeouts timeouts, TimeProvider time) : IMailboxProbe
{
    /// <summary>A probe is no delivery: a host that takes longer is unknown.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public async Task<MailboxAnswer> AskAsync(Source source, NextHop hop, Mailbox mailbox, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(hop);
        ArgumentNullException.ThrowIfNull(mailbox);
        if (hop.Address.AddressFamily != source.Family)
            return Unknown(hop, "it has no address of the source's family");
        var dialled = await dialer.DialAsync(source.LocalAddress, new IPEndPoint(hop.Address, hop.Port), Least(timeouts.Connect), cancellation);
        if (dialled.Connection is null)
            return Unknown(hop, dialled.Explanation ?? dialled.Failure.ToString());
        await using var conversation = new Conversation(dialled.Connection, time, cancellation);
        var answer = await SpeakAsync(conversation, source, hop, mailbox);
        // One by one: it may not know PIPELINING. What it says to them doesn't matter.
        foreach (var command in (string[])["RSET", "QUIT"])
        {
            conversation.Output.Write(Encoding.ASCII.GetBytes($"{command}\r\n"));
            if (await conversation.FlushAsync(Farewell, command) is not null || (await conversation.HearAsync(Farewell, command)).Reply is null)
                break;
        }
        return answer;
    }

    private async Task<MailboxAnswer> SpeakAsync(Conversation conversation, Source source, NextHop hop, Mailbox mailbox)
    {
        var greeting = await conversation.HearAsync(Least(timeouts.Greeting), "connecting");
        if (greeting.Reply is not { Code: 220 })
            return Unknown(hop, greeting.Reply?.ToString() ?? greeting.Trouble!);
        CommandWriter.Ehlo(conversation.Output, source.Ehlo);
        if (await HearAsync(conversation, "EHLO") is var hello && hello.Reply is not { Code: 250 })
            return Unknown(hop, hello.Reply?.ToString() ?? hello.Trouble!);
        conversation.Write("MAIL FROM:<>\r\n"u8);
        var sender = await HearAsync(conversation, "MAIL");
        if (sender.Reply is not { Code: 250 })
            // A host that refuses every null sender takes no bounces: RFC 5321 §6.1. One that refuses us says nothing of that.
            return Unknown(hop, $"MAIL FROM:<>: {sender.Reply?.ToString() ?? sender.Trouble}");
        conversation.Output.Write(Encoding.ASCII.GetBytes($"RCPT TO:<{mailbox}>\r\n"));
        var recipient = await HearAsync(conversation, "RCPT");
        return recipient.Reply switch
        {
            { Code: 250 or 251 } reply => new MailboxAnswer(MailboxVerdict.Accepted, $"{hop.Host}: {reply}"),
            { Code: >= 500 } reply when !IsAboutUs(reply) => new MailboxAnswer(MailboxVerdict.Refused, $"{hop.Host}: {reply}"),
            _ => Unknown(hop, recipient.Reply?.ToString() ?? recipient.Trouble!),
        };
    }

    private async Task<Heard> HearAsync(Conversation conversation, string command) =>
        await conversation.FlushAsync(Least(timeouts.Command), command) is { } trouble ? new Heard(null, trouble) : await conversation.HearAsync(Least(timeouts.Command), command);

    /// <summary>A policy against who asks, or trouble of the host: the mailbox may be there. RFC 3463 §3.5, §3.8</summary>
    private static bool IsAboutUs(SmtpReply reply) => reply.Enhanced is { Subject: not 1 } or { Subject: 1, Detail: 7 or 8 };

    private static MailboxAnswer Unknown(NextHop hop, string why) => new(MailboxVerdict.Unknown, $"{hop.Host}: {why}");

    private static TimeSpan Least(TimeSpan configured) => configured < Patience ? configured : Patience;
}
