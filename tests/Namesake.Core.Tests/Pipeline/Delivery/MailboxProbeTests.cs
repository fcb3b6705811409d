using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Receivers;
using Namesake.Core.Tests.Identity;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Delivery;

/// <summary>What a host says to a bounce, over real sockets.</summary>
public sealed class MailboxProbeTests
{
    [Theory]
    [InlineData("250 2.1.5 ok", MailboxVerdict.Accepted)]
    [InlineData("251 will forward", MailboxVerdict.Accepted)]
    [InlineData("550 5.1.1 no such user", MailboxVerdict.Refused)]
    [InlineData("550 no such user", MailboxVerdict.Refused)]
    [InlineData("550 5.7.1 we don't like your address", MailboxVerdict.Unknown)]
    [InlineData("451 4.7.1 greylisted", MailboxVerdict.Unknown)]
    [InlineData(null, MailboxVerdict.Unknown)]
    public async Task The_reply_to_RCPT_decides_and_nothing_is_sent(string? reply, MailboxVerdict verdict)
    {
        await using var host = new Host(rcpt: reply);
        var answer = await AskAsync(host);
        Assert.Equal(verdict, answer.Verdict);
        Assert.StartsWith("mx.acme.example: ", answer.Said, StringComparison.Ordinal);
        var heard = await host.HeardAsync();
        Assert.Equal(["EHLO mail.acme.example", "MAIL FROM:<>", "RCPT TO:<postmaster@acme.example>"], heard.Take(3));
        if (reply is not null)
            Assert.Equal(["RSET", "QUIT"], heard.Skip(3));
        Assert.DoesNotContain("DATA", heard);
    }

    [Theory]
    [InlineData("554 no service", "250 ok")]
    [InlineData("220 hello", "550 5.7.1 no bounces from you")]
    public async Task A_host_that_will_not_talk_leaves_it_unknown(string greeting, string mail)
    {
        await using var host = new Host(greeting, mail);
        Assert.Equal(MailboxVerdict.Unknown, (await AskAsync(host)).Verdict);
    }

    private static Task<MailboxAnswer> AskAsync(Host host)
    {
        var clock = TimeProvider.System;
        var probe = new MailboxProbe(new Dialer(new SocketPipes(new SocketSettings(), clock), clock), new DeliveryTimeouts(), clock);
        return probe.AskAsync(Scene.Source("acme", "127.0.0.1", "mail.acme.example"), new NextHop("mx.acme.example", IPAddress.Loopback, host.Port, 10),
            Mailbox.TryParse("postmaster@acme.example", false, out var mailbox, out _) ? mailbox : throw new InvalidOperationException(), TestContext.Current.CancellationToken);
    }

    /// <summary>One conversation with fixed replies.</summary>
    private sealed class Host : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<string> _heard = [];
        private readonly Task _talk;

        public Host(string greeting = "220 hello", string mail = "250 ok", string? rcpt = "250 ok")
        {
            _listener.Start();
            _talk = TalkAsync(greeting, mail, rcpt);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async Task<List<string>> HeardAsync()
        {
            await _talk.WaitAsync(TimeSpan.FromSeconds(20));
            return _heard;
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _talk.WaitAsync(TimeSpan.FromSeconds(20)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task TalkAsync(string greeting, string mail, string? rcpt)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await SayAsync(greeting);
            while (await reader.ReadLineAsync() is { } line)
            {
                _heard.Add(line);
                switch (line.Split(' ')[0])
                {
                    case "MAIL":
                        await SayAsync(mail);
                        break;
                    case "RCPT" when rcpt is null:
                        return;
                    case "RCPT":
                        await SayAsync(rcpt);
                        break;
                    case "QUIT":
                        await SayAsync("221 bye");
                        return;
                    default:
                        await SayAsync("250 ok");
                        break;
                }
            }

            Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n")).AsTask();
        }
    }
}
