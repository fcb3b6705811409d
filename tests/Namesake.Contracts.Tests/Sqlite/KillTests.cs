using Microsoft.Extensions.Time.Testing;
using Namesake.Contracts.Tests.Children;
using Namesake.Core.Messages;
using Namesake.Storage;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>A process that accepts and settles as fast as it can is killed in the middle, again and again, on the same data directory.</summary>
public sealed class KillTests
{
    private const int Kills = 10;

    [Fact]
    public async Task Whatever_was_promised_is_there_after_a_kill()
    {
        using var directory = new TemporaryDirectory();
        var stored = new Dictionary<string, int>();
        var cancellation = TestContext.Current.CancellationToken;
        var random = new Random(7);
        for (var kill = 0; kill < Kills; kill++)
        {
            var (uncertain, settled) = (new HashSet<string>(), new HashSet<string>());
            await using (var child = new ChildProcess("busy", directory.Path))
            {
                var said = await child.ReadUntilAsync("accepted", cancellation);
                for (var more = random.Next(20, 400); more > 0; more--)
                    said.Add(await child.Lines.ReadAsync(cancellation));
                said.AddRange(await child.KillAsync(cancellation));
                foreach (var words in said.Select(line => line.Split(' ')))
                    Learn(words, stored, uncertain, settled);
            }

            await using var spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = directory.Path, MinimumFreeBytes = 0 }, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)));
            var there = await IdsAsync(spool);
            Assert.True(stored.Keys.All(id => uncertain.Contains(id) || there.Contains(id)), $"kill {kill}: lost {string.Join(' ', stored.Keys.Except(there).Except(uncertain))}");
            Assert.Empty(settled.Intersect(there)); // a settlement that was told would otherwise be sent again
            foreach (var (id, size) in stored.Where(message => there.Contains(message.Key)))
            {
                await using var content = await spool.OpenContentAsync(Parse(id), cancellation);
                Assert.Equal(size, content.Length);
            }
            // What was stored or removed without a word about it may be either; it counts from now on.
            stored = stored.Where(message => there.Contains(message.Key)).ToDictionary();
            foreach (var id in there.Where(id => !stored.ContainsKey(id)))
            {
                await using var content = await spool.OpenContentAsync(Parse(id), cancellation);
                stored.Add(id, (int)content.Length);
            }
        }
        var report = await SpoolCheck.RunAsync(directory.Path, repair: false, cancellation);
        Assert.Empty(report.Findings);
        Assert.Equal(stored.Count, report.Messages);
    }

    private static void Learn(string[] words, Dictionary<string, int> stored, HashSet<string> uncertain, HashSet<string> settled)
    {
        if (words is ["accepted", var accepted, var size])
        {
            stored.Add(accepted, int.Parse(size, System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (words is ["settling", var settling])
        {
            uncertain.Add(settling);
        }
        else if (words is ["settled", var done])
        {
            uncertain.Remove(done);
            stored.Remove(done);
            settled.Add(done);
        }
    }

    private static MessageId Parse(string id) => MessageId.TryParse(id, out var message) ? message : throw new FormatException(id);

    private static async Task<HashSet<string>> IdsAsync(SqliteSpool spool)
    {
        var ids = new HashSet<string>();
        var after = default(MessageId);
        while (await spool.MessagesAsync(new(), after, 1_000, CancellationToken.None) is { IsEmpty: false } page)
        {
            ids.UnionWith(page.Select(message => message.Id.ToString()));
            after = page[^1].Id;
        }
        return ids;
    }
}
