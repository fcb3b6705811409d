using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>EHLO, MAIL FROM:&lt;&gt;, RCPT, DATA and a few lines: as far as the echo service needs to say whom it sees. helocheck@abuseat.org refuses with it; which command it refuses is its own business.</summary>
public sealed class MailEcho(IDialer dialer, DeliveryTimeouts timeouts, TimeProvider time) : IMailEcho
{
    /// <summary>A probe is no delivery: a host that takes longer is unknown.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public async Task<MailEchoAnswer> AskAsync(Source source, NextHop hop, Mailbox service, Func<string, bool> mayBeOurs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(hop);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(mayBeOurs);
        if (hop.Address.AddressFamily != source.Family)
            return Nothing(hop, "it has no address of the source's family");
        var dialled = await dialer.DialAsync(source.LocalAddress, new IPEndPoint(hop.Address, hop.Port), Least(timeouts.Connect), cancellation);
        if (dialled.Connection is null)
            return Nothing(hop, dialled.Explanation ?? dialled.Failure.ToString());
        await using var conversation = new Conversation(dialled.Connection, time, cancellation);
        var answer = await SpeakAsync(conversation, source, hop, service, mayBeOurs);
        conversation.Write("QUIT\r\n"u8);
        await conversation.FlushAsync(Farewell, "QUIT");
        return answer;
    }

    private async Task<MailEchoAnswer> SpeakAsync(Conversation conversation, Source source, NextHop hop, Mailbox service, Func<string, bool> mayBeOurs)
    {
        var greeting = await conversation.HearAsync(Least(timeouts.Greeting), "connecting");
        if (greeting.Reply is not { Code: 220 })
            return Nothing(hop, greeting.Reply?.ToString() ?? greeting.Trouble!);
        CommandWriter.Ehlo(conversation.Output, source.Ehlo);
        var hello = await HearAsync(conversation, "EHLO");
        if (hello.Reply is not { Code: 250 } welcome)
            return Nothing(hop, hello.Reply?.ToString() ?? hello.Trouble!);
        // The fence's rule: who sees another address than ours hears nothing more under this name.
        if (EhloResponse.Parse(welcome).FirstLine is var line && !mayBeOurs(line))
            return Nothing(hop, $"it greets another address than {source.PublicAddress} (\"{line}\"): nothing was sent to it (EG-01)");

        (string Name, byte[] Octets, int Positive)[] steps =
        [
            ("MAIL", "MAIL FROM:<>\r\n"u8.ToArray(), 250), // a null sender: whatever it does with the message, nothing comes back
            ("RCPT", Encoding.ASCII.GetBytes($"RCPT TO:<{service}>\r\n"), 250),
            ("DATA", "DATA\r\n"u8.ToArray(), 354),
            ("the final dot", Content(source.Ehlo, service), 250),
        ];
        foreach (var (name, octets, positive) in steps)
        {
            conversation.Output.Write(octets);
            if (await HearAsync(conversation, name) is not { Reply: { } reply })
                return Nothing(hop, $"no answer to {name}");
            if (HeloCheckReply.Read(Words(reply)) is var (address, helo))
                return new MailEchoAnswer($"{hop.Host}: {reply}") { Address = address, Helo = helo };
            if (reply.Code != positive)
                return Nothing(hop, $"its answer to {name} names no address: {reply}");
        }
        return Nothing(hop, "it took the message and didn't say whom it sees");
    }

    /// <summary>Lines may be broken anywhere between words.</summary>
    private static string Words(SmtpReply reply) => string.Join(' ', reply.Lines);

    /// <summary>Nothing in it but what the envelope says already.</summary>
    private byte[] Content(HostName ehlo, Mailbox service)
    {
        var now = time.GetUtcNow();
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"Date: {now:ddd, dd MMM yyyy HH:mm:ss} +0000\r\nFrom: <postmaster@{ehlo}>\r\nTo: <{service}>\r\nMessage-ID: <echo.{now.ToUnixTimeMilliseconds()}@{ehlo}>\r\nAuto-Submitted: auto-generated\r\nSubject: Which name and address do you see?\r\n\r\n.\r\n"));
    }

    private async Task<Heard> HearAsync(Conversation conversation, string command) =>
        await conversation.FlushAsync(Least(timeouts.Command), command) is { } trouble ? new Heard(null, trouble) : await conversation.HearAsync(Least(timeouts.Command), command);

    private static MailEchoAnswer Nothing(NextHop hop, string why) => new($"{hop.Host}: {why}");

    private static TimeSpan Least(TimeSpan configured) => configured < Patience ? configured : Patience;
}
