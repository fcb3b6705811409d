using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Namesake.Transcripts.Tests.Scripts;

namespace Namesake.Transcripts.Tests.Submission;

/// <summary>What clients say to the relay and what they hear. A class for each chunking, so that they run beside one another.</summary>
public abstract class SubmissionTranscripts(Chunking chunking)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static IEnumerable<TheoryDataRow<string>> All => Script.NamesIn("Submission").Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(All))]
    public async Task Conversation_goes_as_written(string name)
    {
        var script = Script.Read("Submission", name);
        await using var relay = await RelayUnderTest.StartAsync(string.Join(' ', script.Lines.Where(line => line.Kind == "@relay").Select(line => line.Text)));
        var wire = await ConnectAsync(relay, chunking);
        try
        {
            for (var at = 0; at < script.Lines.Length;)
                (at, wire) = await StepAsync(script, at, relay, wire, chunking);
        }
        finally
        {
            await wire.DisposeAsync();
        }
    }

    /// <summary>Whole: the client's lines up to the next directive, then the answers to all of them. Otherwise line after line.</summary>
    private static async Task<(int Next, Wire Wire)> StepAsync(Script script, int at, RelayUnderTest relay, Wire wire, Chunking chunking)
    {
        var line = script.Lines[at];
        if (line.IsDirective)
            return (at + 1, await DirectAsync(line, relay, wire, chunking));
        if (chunking != Chunking.Whole)
        {
            if (line.Kind == "S")
                return (await HearAsync(script, at, wire), wire);
            await wire.SendAsync(OctetsOf(line));
            return (at + 1, wire);
        }

        var end = at;
        while (end < script.Lines.Length && !script.Lines[end].IsDirective)
            end++;
        foreach (var said in script.Lines[at..end].Where(line => line.Kind == "C"))
            await wire.SendAsync(OctetsOf(said));
        await wire.FlushAsync();
        while (at < end)
            at = script.Lines[at].Kind == "S" ? await HearAsync(script, at, wire) : at + 1;
        return (at, wire);
    }

    private static byte[] OctetsOf(ScriptLine line) => Encoding.UTF8.GetBytes(line.Text + "\r\n");

    /// <summary>Reads one reply. Lines of it that the transcript leaves out ("S: 250 *" after EHLO) are passed over.</summary>
    private static async Task<int> HearAsync(Script script, int at, Wire wire)
    {
        while (true)
        {
            var expected = script.Lines[at];
            var heard = await wire.ReadLineAsync();
            if (heard is not null && Pattern.Matches(expected.Text, heard))
            {
                at++;
                if (heard.Length < 4 || heard[3] != '-')
                    return at;
                Assert.True(at < script.Lines.Length && script.Lines[at].Kind == "S", $"{script.Name}:{expected.Number}: the reply goes on, the transcript does not");
                continue;
            }

            Assert.True(heard is { Length: > 3 } && heard[3] == '-', $"{script.Name}:{expected.Number}: expected \"{expected.Text}\", heard \"{heard ?? "the end of the connection"}\"");
        }
    }

    private static async Task<Wire> DirectAsync(ScriptLine line, RelayUnderTest relay, Wire wire, Chunking chunking)
    {
        switch (line.Kind)
        {
            case "@relay":
                return wire;
            case "@bytes":
                await wire.SendAsync(Wire.Octets(line.Text));
                await wire.FlushAsync();
                return wire;
            case "@repeat":
                var space = line.Text.IndexOf(' ', StringComparison.Ordinal);
                var times = int.Parse(line.Text[..space], CultureInfo.InvariantCulture);
                var octets = string.Concat(Enumerable.Repeat(line.Text[(space + 1)..], times));
                await wire.SendAsync(Wire.Octets(octets));
                await wire.FlushAsync();
                return wire;
            case "@together":
                // In one segment, whatever the chunking.
                await wire.WriteAsync(Wire.Octets(line.Text));
                return wire;
            case "@until":
                while (await wire.ReadLineAsync() is { } heard && !Pattern.Matches(line.Text, heard))
                    Assert.StartsWith("5", heard, StringComparison.Ordinal);
                return wire;
            case "@stop":
                await relay.StopAsync();
                return wire;
            case "@tls":
                await wire.StartTlsAsync((tls, stop) => tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = "relay.test", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=relay.test" }, stop));
                return wire;
            case "@clock":
                // The server arms its clock at a moment nobody sees: it is moved on until the server has noticed.
                var before = TimeProvider.System.GetTimestamp();
                do
                    relay.Time.Advance(TimeSpan.FromMinutes(int.Parse(line.Text.Trim('+', 'm'), CultureInfo.InvariantCulture)));
                while (!wire.HasNews(Moment) && TimeProvider.System.GetElapsedTime(before) < Patience);
                return wire;
            case "@closed":
                Assert.Null(await wire.ReadLineAsync());
                return wire;
            case "@reconnect":
                await wire.DisposeAsync();
                return await ConnectAsync(relay, chunking);
            default:
                await ExpectAsync(line, relay);
                return wire;
        }
    }

    /// <summary>@stored N, or lines about what is stored.</summary>
    private static async Task ExpectAsync(ScriptLine line, RelayUnderTest relay)
    {
        switch (line.Kind)
        {
            case "@stored":
                Assert.Equal(long.Parse(line.Text, CultureInfo.InvariantCulture), (await relay.Spool.TotalsAsync(TestContext.Current.CancellationToken)).Messages);
                break;
            case "@envelope":
                Assert.Contains(await relay.PeekAsync(), message => message.Envelope == line.Text);
                break;
            case "@content":
                Assert.Contains(await relay.PeekAsync(), message => message.WithoutTrace == Encoding.Latin1.GetString(Wire.Octets(line.Text)));
                break;
            case "@length":
                Assert.Contains(await relay.PeekAsync(), message => message.WithoutTrace.Length == int.Parse(line.Text, CultureInfo.InvariantCulture));
                break;
            case "@trace":
                Assert.Contains(await relay.PeekAsync(), message => Pattern.Matches(line.Text, message.Content[..^message.WithoutTrace.Length].Replace("\r\n\t", " ", StringComparison.Ordinal)));
                break;
            default:
                throw new FormatException($"line {line.Number}: unknown directive {line.Kind}");
        }
    }

    private static async Task<Wire> ConnectAsync(RelayUnderTest relay, Chunking chunking)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(relay.Address, TestContext.Current.CancellationToken);
        return new Wire(socket, chunking);
    }
}
