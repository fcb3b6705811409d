using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>The kernel's own word that a message is on disk before its client hears 250.</summary>
public sealed partial class DurableBeforePolite(LabFixture lab) : RelayTest(lab)
{
    [Theory]
    [InlineData(10_000)]
    [InlineData(600_000)]
    public async Task Between_the_last_octet_of_a_message_and_its_250_the_spool_is_synced(int size)
    {
        var strace = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(folder => Path.Combine(folder, "strace")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(strace is null && !LabRequirements.IsRequired, "strace is not installed; run build/install-test-packages.");
        await StartProvenRelayAsync(new RelayConfiguration());
        var file = Path.Combine(Relay.Folder, "strace");

        // Threads that exist and come; names of files; enough of what is read to find the end of our message in it.
        using var tracing = Process.Start(new ProcessStartInfo(
            strace!, ["-f", "-y", "-s", "100000", "-e", "trace=fsync,fdatasync,read,readv,recvfrom,recvmsg,sendto,sendmsg,write,writev", "-o", file, "-p", $"{Relay.ProcessId}"])
        { RedirectStandardError = true })!;
        try
        {
            await using var talk = await SmtpTalk.ConnectAsync(Lab.Relay, RelayUnderTest.Server);
            await Eventually.TrueAsync("strace sees the relay's sockets", async () =>
            {
                await talk.SayAsync("NOOP");
                return File.Exists(file) && (await ReadAsync(file)).Any(line => line.Contains("250 2.0.0 OK", StringComparison.Ordinal));
            });
            var load = new Load(Lab.Relay, RelayUnderTest.Server, Tag, "traced") { Body = string.Join("\r\n", Enumerable.Repeat(new string('x', 998), size / 1000).Append($"the-end-of-{Tag}")) };
            await load.SendAsync([Letter.Of(LabBrand.Acme, LabReceivers.Quiet)], sessions: 1);
            var accepted = Assert.Single(load.Accepted);

            await Eventually.TrueAsync("strace has written the reply down", async () => (await ReadAsync(file)).Any(line => line.Contains($"Queued as {accepted.QueueId}", StringComparison.Ordinal)));
            MustSyncBetween(await ReadAsync(file), $"the-end-of-{Tag}", $"Queued as {accepted.QueueId}", size > 300_000);
        }
        finally
        {
            // strace lets go of what it watches when it is asked to end.
            Terminate(tracing);
            await tracing.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private void MustSyncBetween(IReadOnlyList<string> lines, string lastContent, string reply, bool alsoBody)
    {
        var read = IndexOf(lines, 0, line => Receiving().IsMatch(line) && line.Contains(lastContent, StringComparison.Ordinal));
        var sent = IndexOf(lines, read, line => Sending().IsMatch(line) && line.Contains(reply, StringComparison.Ordinal));
        var synced = new List<string>();
        var begun = new Dictionary<string, string>();
        for (var i = read + 1; i < sent; i++)
        {
            // A call that another thread's interrupts is written in two halves; only one that began and ended in between counts.
            var thread = lines[i].Split(' ', 2)[0];
            if (Syncing().Match(lines[i]) is { Success: true } call)
            {
                if (lines[i].TrimEnd().EndsWith("= 0", StringComparison.Ordinal))
                {
                    synced.Add(call.Groups["file"].Value);
                }
                else
                {
                    begun[thread] = call.Groups["file"].Value;
                }
            }
            else if (lines[i].Contains("sync resumed>", StringComparison.Ordinal) && lines[i].TrimEnd().EndsWith("= 0", StringComparison.Ordinal) && begun.Remove(thread, out var path))
            {
                synced.Add(path);
            }
        }

        var between = string.Join('\n', lines.Skip(read).Take(sent - read + 1).Select(line => line.Length > 300 ? line[..300] : line));
        Assert.True(synced.Any(path => path.StartsWith(Path.Combine(Relay.Data, "spool.db"), StringComparison.Ordinal)), $"The database was not synced:\n{between}");
        Assert.True(!alsoBody || synced.Any(path => path.StartsWith(Path.Combine(Relay.Data, "bodies"), StringComparison.Ordinal)), $"The content's file was not synced:\n{between}");
    }

    private static int IndexOf(IReadOnlyList<string> lines, int from, Func<string, bool> fits)
    {
        for (var i = from; i < lines.Count; i++)
        {
            if (fits(lines[i]))
            {
                return i;
            }
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Not in the trace from line {from} on."));
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Split('\n');
    }

    private static void Terminate(Process process) => Signals.Send(process.Id, Signals.Terminate);

    [GeneratedRegex(@"^\d+ +(<\.\.\. )?(read|readv|recvfrom|recvmsg)[( ]")]
    private static partial Regex Receiving();

    [GeneratedRegex(@"^\d+ +(sendto|sendmsg|write|writev)\(")]
    private static partial Regex Sending();

    [GeneratedRegex(@"^\d+ +(fsync|fdatasync)\(\d+<(?<file>[^>]+)>")]
    private static partial Regex Syncing();
}
