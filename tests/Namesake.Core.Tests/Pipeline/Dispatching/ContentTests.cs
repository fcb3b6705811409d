using CsCheck;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>What goes through spool and delivery arrives as it came: to the octet, for every recipient.</summary>
public sealed class ContentTests
{
    [Fact]
    public async Task Recipients_above_a_hundred_travel_in_transactions_of_their_own()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");

        var id = await world.AcceptAsync(string.Join(',', Enumerable.Range(0, 250).Select(i => $"r{i}@sink.test")));
        await world.IdleAsync();

        Assert.Equal([100, 100, 50], sink.Arrivals.Select(arrival => arrival.Recipients.Count));
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"r{i}@sink.test"), sink.Arrivals.SelectMany(arrival => arrival.Recipients));
        Assert.Equal(1, sink.Connections);
        Assert.Null(await world.SummaryAsync(id));
    }

    [Fact]
    public async Task What_a_broken_session_left_over_is_sent_later_and_nobody_gets_it_twice()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        sink.Says = (session, command) => session is { Number: 1, Taken: 1 } && command.StartsWith("MAIL", StringComparison.Ordinal) ? ReceiverSession.HangUp : null;

        var id = await world.AcceptAsync(string.Join(',', Enumerable.Range(0, 250).Select(i => $"r{i}@sink.test")));
        await world.IdleAsync();
        Assert.Equal(150, (await world.SummaryAsync(id))!.Waiting);
        await world.UntilAsync(async () => await world.SummaryAsync(id) is null, TimeSpan.FromMinutes(1));

        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"r{i}@sink.test"), sink.Arrivals.SelectMany(arrival => arrival.Recipients).OrderBy(address => int.Parse(address[1..address.IndexOf('@', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_message_arrives_to_the_octet(bool inMemory)
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var content = Lines(new Random(5), inMemory ? 200_000 : 5_000_000);

        await world.AcceptAsync("bob@sink.test", content: content, file: !inMemory);
        await world.IdleAsync();

        Assert.True(content.AsSpan().SequenceEqual(Assert.Single(sink.Arrivals).Content));
    }

    [Fact]
    public async Task Any_content_arrives_to_the_octet()
    {
        await using var world = await World.StartAsync();
        var sink = world.Receive("sink.test");
        var sent = 0;
        await Gen.Select(Gen.Int, Gen.Int[0, 30_000], Gen.Bool).SampleAsync(
            async (seed, length, file) =>
            {
                var (content, name) = (Lines(new Random(seed), length), $"r{Interlocked.Increment(ref sent)}@sink.test");
                await world.AcceptAsync(name, content: content, file: file);
                await world.UntilAsync(() => sink.Arrivals.Any(arrival => arrival.Recipients[0] == name));
                return sink.Arrivals.Single(arrival => arrival.Recipients[0] == name).Content.AsSpan().SequenceEqual(content);
            },
            iter: 100, threads: 1);
    }

    /// <summary>Strict lines of any octets: many that begin with dots, some of a dot alone, empty ones, some of the greatest length (64 KiB).</summary>
    private static byte[] Lines(Random random, int length)
    {
        using var content = new MemoryStream(length + 70_000);
        while (content.Length < length)
        {
            var line = new byte[random.Next(20) switch { 0 => 65_534, < 4 => 0, < 10 => random.Next(1, 4), _ => random.Next(1000) }];
            random.NextBytes(line);
            for (var i = 0; i < line.Length; i++)
                if (line[i] is (byte)'\r' or (byte)'\n' || (i < 2 && random.Next(2) == 0))
                    line[i] = (byte)'.';
            content.Write(line);
            content.Write("\r\n"u8);
        }

        return content.ToArray();
    }
}
