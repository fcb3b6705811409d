using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>One SMTP conversation of an <see cref="EchoReceiver"/>. Written for the lab and apart from the product's own protocol code, which it judges.</summary>
internal sealed class EchoConversation : IAsyncDisposable
{
    private const int LongestContent = 32 << 20;
    private readonly EchoReceiver _receiver;
    private readonly int _number;
    private Stream _stream;
    private PipeReader _input;
    private SeenSession _seen;
    private string _reversePath = "";
    private List<string>? _recipients;

    public EchoConversation(EchoReceiver receiver, int number, Socket socket)
    {
        _receiver = receiver;
        _number = number;
        socket.NoDelay = true;
        var client = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        Seen(_seen = new SeenSession(client, null, [], 0, IsEncrypted: false, HasQuit: false, IsOver: false));
    }

    private Habits Habits => _receiver.Habits;

    public async Task RunAsync(CancellationToken closing)
    {
        await ReplyAsync($"220 {_receiver.Place.Host} ESMTP", closing);
        while (await ReadLineAsync(closing) is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var argument = space < 0 ? "" : line[(space + 1)..].Trim();
            switch ((space < 0 ? line : line[..space]).ToUpperInvariant())
            {
                case "EHLO" or "HELO":
                    await GreetAsync(line, argument, closing);
                    break;
                case "STARTTLS" when Habits.OffersTls && !_seen.IsEncrypted:
                    await EncryptAsync(closing);
                    break;
                case "MAIL":
                    Seen(_seen with { MailCommands = _seen.MailCommands + 1 });
                    _receiver.Remember(new SeenMail(TimeProvider.System.GetUtcNow(), _seen.Client, _seen.Helos.Count > 0 ? _seen.Helos[^1] : ""));
                    _reversePath = PathOf(argument);
                    var refusal = Habits.MailReply ?? Habits.NamesReply?.Invoke(_receiver.NamesOf(_seen.Client));
                    _recipients = refusal is null ? [] : null;
                    await ReplyAsync(refusal ?? "250 2.1.0 OK", closing);
                    break;
                case "RCPT" when _recipients is not null:
                    if (Habits.RecipientReply is null)
                    {
                        _recipients.Add(PathOf(argument));
                    }

                    await ReplyAsync(Habits.RecipientReply ?? "250 2.1.5 OK", closing);
                    break;
                case "DATA" when _recipients is { Count: > 0 }:
                    await TakeContentAsync(_recipients, closing);
                    break;
                case "RSET":
                    _recipients = null;
                    await ReplyAsync("250 2.0.0 OK", closing);
                    break;
                case "NOOP":
                    await ReplyAsync("250 2.0.0 OK", closing);
                    break;
                case "QUIT":
                    Seen(_seen with { HasQuit = true });
                    await ReplyAsync("221 2.0.0 bye", closing);
                    return;
                default:
                    await ReplyAsync("503 5.5.1 not now", closing);
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Seen(_seen with { IsOver = true });
        await _input.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private async Task GreetAsync(string line, string name, CancellationToken closing)
    {
        _recipients = null;
        var address = Habits.EchoInstead ?? _seen.Client;
        var echoes = Habits.Echo != EchoForm.None;
        Seen(_seen with { Helos = [.. _seen.Helos, name], Echoed = echoes ? address : null });
        var first = Habits.Echo switch
        {
            _ when Habits.Welcome is { } welcome => $"{_receiver.Place.Host} {welcome(name, address)}",
            EchoForm.Gmail => $"{_receiver.Place.Host} at your service, [{address}]",
            EchoForm.Sendmail => $"{_receiver.Place.Host} Hello {name} [{(address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6:" : "")}{address}], pleased to meet you",
            _ => _receiver.Place.Host,
        };
        if (line.StartsWith("HELO", StringComparison.OrdinalIgnoreCase))
        {
            await ReplyAsync($"250 {first}", closing);
            return;
        }

        string[] lines = [first, "PIPELINING", "8BITMIME", "SIZE 33554432", "ENHANCEDSTATUSCODES", .. Habits.OffersTls && !_seen.IsEncrypted ? ["STARTTLS"] : Array.Empty<string>()];
        await ReplyAsync(string.Join("\r\n", lines.Select((text, i) => $"250{(i < lines.Length - 1 ? '-' : ' ')}{text}")), closing);
    }

    private async Task EncryptAsync(CancellationToken closing)
    {
        await ReplyAsync("220 2.0.0 go ahead", closing);
        await _input.CompleteAsync();
        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _receiver.Certificate }, closing);
        _stream = encrypted;
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        _recipients = null;
        Seen(_seen with { IsEncrypted = true, Echoed = null });
    }

    private async Task TakeContentAsync(List<string> recipients, CancellationToken closing)
    {
        await ReplyAsync("354 go on", closing);
        var content = new StringBuilder();
        while (await ReadLineAsync(closing) is { } line)
        {
            if (line == ".")
            {
                var habits = Habits;
                var message = _receiver.Remember(new SeenMessage(_seen.Client, _seen.Helos.Count > 0 ? _seen.Helos[^1] : "", _reversePath, recipients, content.ToString(), IsAcknowledged: false));
                _recipients = null;
                if (habits.BeforeContentReply is { } wait)
                {
                    await wait().WaitAsync(closing);
                }

                await ReplyAsync(habits.ContentReply ?? $"250 2.0.0 OK {message}", closing);
                if (habits.ContentReply is null)
                {
                    _receiver.Acknowledged(message);
                }

                return;
            }

            content.Append(line.StartsWith('.') ? line.AsSpan(1) : line).Append("\r\n");
            if (content.Length > LongestContent)
            {
                throw new IOException("Longer than the lab keeps.");
            }
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken closing)
    {
        while (true)
        {
            var read = await _input.ReadAsync(closing);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                _input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private async Task ReplyAsync(string text, CancellationToken closing) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), closing);

    private void Seen(SeenSession seen) => _receiver.Remember(_number, _seen = seen);

    private static string PathOf(string argument)
    {
        var open = argument.IndexOf('<', StringComparison.Ordinal);
        var close = argument.IndexOf('>', StringComparison.Ordinal);
        return open >= 0 && close > open ? argument[(open + 1)..close] : argument;
    }
}
