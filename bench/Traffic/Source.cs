using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Bench.Traffic;

/// <summary>Clients that submit one message after the other, as smtp-source does: no pipelining, one connection each as long as it holds.</summary>
internal sealed class Source(Ledger ledger, Burst burst)
{
    private readonly byte[] _filler = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", (burst.Bytes / 72) + 1))[..Math.Max(0, burst.Bytes - 200)].TrimEnd() + "\r\n.\r\n");
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _begun;
    private int _accepted;
    private int _refused;
    private int _broken;
    private string? _lastRefusal;

    public async Task<BurstResult> RunAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, burst.Sessions).Select(_ => Task.Run(SessionAsync)));
        return new BurstResult(_accepted, _refused, _broken, Stopwatch.GetElapsedTime(_started).TotalSeconds, _lastRefusal);
    }

    private async Task SessionAsync()
    {
        while (!Over)
        {
            try
            {
                using var client = new TcpClient { NoDelay = true };
                await client.ConnectAsync(IPAddress.Loopback, burst.Port);
                using var wire = await GreetAsync(client);
                while (await TurnAsync())
                    await OneAsync(wire);
                await wire.SayAsync("QUIT\r\n", default);
                return;
            }
            catch (Exception ended) when (ended is IOException or SocketException)
            {
                Interlocked.Increment(ref _broken);
                await Task.Delay(50); // the relay may be starting again
            }
        }
    }

    private bool Over => burst.Seconds > 0 ? Stopwatch.GetElapsedTime(_started).TotalSeconds >= burst.Seconds : Volatile.Read(ref _begun) >= burst.Messages;

    /// <summary>Waits for this message's time; false when the burst is over.</summary>
    private async ValueTask<bool> TurnAsync()
    {
        var turn = Interlocked.Increment(ref _begun) - 1;
        if (burst.Seconds <= 0 && turn >= burst.Messages)
            return false;
        if (burst.Rate > 0 && (turn / burst.Rate) - Stopwatch.GetElapsedTime(_started).TotalSeconds is > 0.001 and var wait)
            await Task.Delay(TimeSpan.FromSeconds(wait));
        return burst.Seconds <= 0 || !Over;
    }

    private async Task<Wire> GreetAsync(TcpClient client)
    {
        var wire = new Wire(client.GetStream());
        await wire.ReplyAsync(default);
        await wire.SayAsync("EHLO client.example\r\n", default);
        await wire.ReplyAsync(default);
        if (!burst.Tls)
            return wire;
        await wire.SayAsync("STARTTLS\r\n", default);
        if (!(await wire.ReplyAsync(default)).StartsWith('2'))
            throw new IOException("no STARTTLS");
        // The relay's certificate was made for this run: nobody vouches for it.
        var tls = new SslStream(wire.Stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("mail.acme.example");
        wire = new Wire(tls);
        await wire.SayAsync("EHLO client.example\r\n", default);
        await wire.ReplyAsync(default);
        return wire;
    }

    private async Task OneAsync(Wire wire)
    {
        var id = ledger.Next();
        if (id < 0)
            throw new InvalidOperationException("the ledger is full");
        var sender = $"s{id}@b{burst.Brand + (id % burst.Brands)}.example";
        foreach (var command in new[] { $"MAIL FROM:<{sender}>\r\n", $"RCPT TO:<r{id}@d{id % burst.Domains}.test>\r\n", "DATA\r\n" })
        {
            await wire.SayAsync(command, default);
            var reply = await wire.ReplyAsync(default);
            if (reply[0] is not ('2' or '3'))
            {
                await RefusedAsync(wire, reply);
                return;
            }
        }

        var head = Encoding.ASCII.GetBytes($"From: <{sender}>\r\nTo: <r{id}@d{id % burst.Domains}.test>\r\nSubject: message {id}\r\nMessage-ID: <{id}@client.example>\r\nDate: Tue, 24 Nov 2026 00:00:00 +0000\r\n\r\n");
        var content = new byte[head.Length + _filler.Length];
        head.CopyTo(content, 0);
        _filler.CopyTo(content, head.Length);
        await wire.Stream.WriteAsync(content);
        var last = await wire.ReplyAsync(default);
        if (last[0] == '2')
        {
            ledger.Accepted(id);
            Interlocked.Increment(ref _accepted);
        }
        else
        {
            await RefusedAsync(wire, last);
        }
    }

    private async Task RefusedAsync(Wire wire, string reply)
    {
        Interlocked.Increment(ref _refused);
        _lastRefusal = reply;
        await wire.SayAsync("RSET\r\n", default);
        await wire.ReplyAsync(default);
    }
}
