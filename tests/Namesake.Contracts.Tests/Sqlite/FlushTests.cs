using System.Text.RegularExpressions;
using Namesake.Contracts.Tests.Children;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>The system calls themselves, seen and failed by strace: no promise without a flush before it, no flush tried a second time.</summary>
public sealed partial class FlushTests
{
    private static readonly string? Strace = new[] { "/usr/bin/strace", "/usr/local/bin/strace" }.FirstOrDefault(File.Exists);

    [Fact]
    public async Task No_acceptance_completes_before_its_flush()
    {
        Assert.SkipWhen(Strace is null, "strace is not installed");
        using var directory = new TemporaryDirectory();
        var trace = Path.Combine(directory.Path, "trace");
        var data = Path.Combine(directory.Path, "data");
        await using (var child = new ChildProcess("few", data, Strace!, "-f", "-y", "-s", "200", "-e", "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2", "-o", trace))
            Assert.Equal(5, (await child.RestAsync(TestContext.Current.CancellationToken)).Count(line => line.StartsWith("accepted", StringComparison.Ordinal)));

        var (unflushed, promises, files) = (new HashSet<string>(), 0, 0);
        foreach (var call in Calls(await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)))
        {
            if (call.Name is "pwrite64" or "write" && call.Path.StartsWith(data, StringComparison.Ordinal) && !call.Path.EndsWith("-shm", StringComparison.Ordinal) && IsMail(call.Path))
                unflushed.Add(call.Path);
            else if (call.Name is "fsync" or "fdatasync" && call.Succeeded)
                unflushed.Remove(call.Path);
            else if (call.Name.StartsWith("rename", StringComparison.Ordinal) && call.Text.Contains(".eml", StringComparison.Ordinal))
                (files, _) = (files + 1, unflushed.Add(Path.Combine(data, "bodies"))); // the name itself needs its directory's flush
            else if (call.Name == "write" && call.Text.Contains("\"accepted ", StringComparison.Ordinal))
            {
                promises++;
                Assert.True(unflushed.Count == 0, $"said {call.Text} while not flushed: {string.Join(", ", unflushed)}");
            }
        }
        Assert.Equal((5, 1), (promises, files));
    }

    [Theory]
    [InlineData("fsync:error=EIO:when=12")]
    [InlineData("fsync:error=EIO:when=10+9")]
    [InlineData("fsync:error=ENOSPC:when=15..19")]
    [InlineData("pwrite64:error=ENOSPC:when=40..60")]
    [InlineData("pwrite64:error=EIO:when=90..130")]
    public async Task A_failing_disk_costs_refusals_and_no_mail(string fault)
    {
        Assert.SkipWhen(Strace is null, "strace is not installed");
        using var directory = new TemporaryDirectory();
        var data = Path.Combine(directory.Path, "data");
        await using (await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = data, MinimumFreeBytes = 0 }, TimeProvider.System))
        {
            // Made whole first: the fault is to hit messages.
        }
        List<string> said;
        await using (var child = new ChildProcess("stubborn", data, Strace!, "-f", "-o", Path.Combine(directory.Path, "trace"), "-e", "inject=" + fault, "-e", "trace=" + fault[..fault.IndexOf(':', StringComparison.Ordinal)]))
            said = await child.RestAsync(TestContext.Current.CancellationToken);

        Assert.Contains("done", said);
        Assert.Contains(said, line => line.StartsWith("refused", StringComparison.Ordinal));
        var report = await SpoolCheck.RunAsync(data, repair: false, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal(50, report.Messages); // what was refused is not there: its client tries again
        await using var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = data, MinimumFreeBytes = 0 }, TimeProvider.System);
        var there = (await spool.MessagesAsync(new(), default, 100, TestContext.Current.CancellationToken)).Select(message => message.Id.ToString());
        Assert.Equal(said.Where(line => line.StartsWith("accepted", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Order(), there.Order());
    }

    // A commit is in the log; the database itself is written by checkpoints, whose own flush comes before the log may be used again.
    private static bool IsMail(string path) => path.EndsWith("spool.db-wal", StringComparison.Ordinal) || path.Contains("bodies", StringComparison.Ordinal);

    // A call interrupted by another thread's line is put together again: "fdatasync(7</x> <unfinished ...>" and "<... fdatasync resumed>) = 0".
    private static IEnumerable<(string Name, string Path, string Text, bool Succeeded)> Calls(string[] lines)
    {
        var unfinished = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var process = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            var text = line[process.Length..].TrimStart();
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[process] = text[..^"<unfinished ...>".Length];
                continue;
            }
            if (Resumed().Match(text) is { Success: true } resumed && unfinished.Remove(process, out var beginning))
                text = beginning + text[resumed.Length..];
            if (Call().Match(text) is { Success: true } call)
                yield return (call.Groups["name"].Value, call.Groups["path"].Value, text, Result().IsMatch(text));
        }
    }

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(?<name>\w+)\((\w+<(?<path>[^>]*)>)?")]
    private static partial Regex Call();

    [GeneratedRegex(@"\)\s+= 0$")]
    private static partial Regex Result();
}
