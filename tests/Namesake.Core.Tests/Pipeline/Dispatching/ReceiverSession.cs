using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>One connection to a <see cref="Receiver"/>.</summary>
internal sealed class ReceiverSession(Receiver receiver, Socket socket, int number)
{
    public const string HangUp = "@hang up";
    public const string Silence = "@silence";

    private readonly byte[] _buffer = new byte[65_536];
    private readonly List<string> _recipients = [];
    private int _at, _end;
    private string _ehlo = "", _sender = "";

    /// <summary>From 1, in the order of acceptance.</summary>
    public int Number => number;

    /// <summary>Messages it took.</summary>
    public int Taken { get; private set; }

    public void End(string? sayingBefore)
    {
        try
        {
            if (sayingBefore is not null)
                socket.Send(Encoding.ASCII.GetBytes(sayingBefore + "\r\n"));
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    public async Task TalkAsync()
    {
        try
        {
            socket.NoDelay = true;
            if (await SayAsync("greeting", "220 sink.test ESMTP"))
                while (await LineAsync() is { } line && await HearAsync(line))
                {
                    // Until one side has enough.
                }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The relay went away.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task<bool> HearAsync(string line)
    {
        switch (line.Split(' ', ':')[0].ToUpperInvariant())
        {
            case "EHLO":
                _ehlo = line[5..];
                return await SayAsync(line, "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 0\r\n250 DSN");
            case "MAIL":
                _sender = Path(line);
                _recipients.Clear();
                return await SayAsync(line, "250 2.1.0 OK");
            case "RCPT":
                _recipients.Add(Path(line));
                return await SayAsync(line, "250 2.1.5 OK", refused: () => _recipients.RemoveAt(_recipients.Count - 1));
            case "DATA":
                var goesOn = false;
                if (!await SayAsync(line, _recipients.Count > 0 ? "354 go on" : "554 5.5.1 no valid recipients", accepted: () => goesOn = _recipients.Count > 0))
                    return false;
                return !goesOn || (await ContentAsync() is { } content && await TakeAsync(content));
            case "QUIT":
                await SayAsync(line, "221 2.0.0 bye");
                return false;
            default:
                return await SayAsync(line, "250 2.0.0 OK");
        }
    }

    private Task<bool> TakeAsync(byte[] content) => SayAsync(".", "250 2.0.0 taken", accepted: () =>
    {
        Taken++;
        receiver.Arrived(new Arrival(((IPEndPoint)socket.RemoteEndPoint!).Address, _ehlo, _sender, [.. _recipients], content));
    });

    /// <returns>Whether the session goes on.</returns>
    private async Task<bool> SayAsync(string command, string usually, Action? accepted = null, Action? refused = null)
    {
        var answer = receiver.Says(this, command) ?? usually;
        if (answer == HangUp)
            return false;
        if (answer == Silence)
        {
            while (await FillAsync())
                _at = _end;
            return false;
        }

        if (answer[0] is '2' or '3')
            accepted?.Invoke();
        else
            refused?.Invoke();
        await socket.SendAsync(Encoding.ASCII.GetBytes(answer + "\r\n"));
        return !answer.StartsWith("421", StringComparison.Ordinal);
    }

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        while (await OctetAsync() is { } octet)
        {
            if (octet != '\n')
                line.Append((char)octet);
            else
                return line.ToString().TrimEnd('\r');
        }

        return null;
    }

    /// <summary>Everything up to CRLF.CRLF, a dot at the start of a line taken away. Written for itself, so that it doesn't share the relay's mistakes.</summary>
    private async Task<byte[]?> ContentAsync()
    {
        var content = new MemoryStream();
        var line = new MemoryStream();
        while (true)
        {
            if (_at == _end && !await FillAsync())
                return null;
            var feed = Array.IndexOf(_buffer, (byte)'\n', _at, _end - _at);
            var upTo = feed < 0 ? _end : feed + 1;
            line.Write(_buffer, _at, upTo - _at);
            _at = upTo;
            if (feed < 0)
                continue;
            var octets = line.ToArray();
            line.SetLength(0);
            if (octets.AsSpan().SequenceEqual(".\r\n"u8))
                return content.ToArray();
            content.Write(octets.AsSpan(octets[0] == '.' ? 1 : 0));
        }
    }

    private async Task<int?> OctetAsync() => _at < _end || await FillAsync() ? _buffer[_at++] : null;

    private async Task<bool> FillAsync()
    {
        _at = 0;
        _end = await socket.ReceiveAsync(_buffer);
        return _end > 0;
    }
}
